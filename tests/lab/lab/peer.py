"""One end of a call: a process in a namespace of its own that is steered by lines of JSON, and what carries its signals."""

import json
import queue
import subprocess
import sys
import threading
import time


class PeerFailed(RuntimeError):
    """A peer did not do what it had to; the text says where to look."""


class Peer:
    """A running peer. `on_signal(peer, message)` is called on its reading thread."""

    def __init__(self, side, namespace, command, config, folder, on_signal):
        self.side, self.folder = side, folder
        self._on_signal = on_signal
        self._events = {}
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._errors = open(f"{folder}/stderr.txt", "w")
        config_file = f"{folder}/config.json"
        with open(config_file, "w") as file:
            json.dump(config, file, indent=1)
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", namespace, *command, config_file],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            bufsize=1,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, message):
        with self._writing:
            try:
                self.process.stdin.write(json.dumps(message) + "\n")
                self.process.stdin.flush()
            except OSError:
                pass  # it has ended; whoever waits for it is told

    def wait(self, event, seconds):
        """When the event was seen (monotonic seconds), and what it said."""
        with self._changed:
            self._changed.wait_for(lambda: event in self._events or "end" in self._events, seconds)
            if event not in self._events:
                raise PeerFailed(f"peer {self.side}: no '{event}' within {seconds} s; see {self.folder}/stderr.txt")
            return self._events[event]

    def end(self):
        """Waits for the process if it has said that it is done; ends it otherwise."""
        if self.process.poll() is None and "done" not in self._events:
            self.process.kill()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._errors.close()

    def _read(self):
        for line in self.process.stdout:
            try:
                message = json.loads(line)
            except ValueError:
                self._errors.write(line)
                continue
            if "signal" in message:
                self._on_signal(self, message["signal"])
                continue
            self._note(message.get("ev"), message)
            if message.get("ev") == "error":
                sys.stderr.write(f"  peer {self.side}: {message.get('error')}\n")
        self._note("end", {})

    def _note(self, event, message):
        with self._changed:
            self._events.setdefault(event, (time.monotonic(), message))
            self._changed.notify_all()


class Signalling:
    """Carries what the peers say to each other: each way in order, after half a round trip, not while the link is dark."""

    def __init__(self, delay):
        self.messages, self.bytes, self.after_accept = 0, 0, 0
        self._delay = delay
        self._blackouts = []
        self._accepted = False
        self._waiting = {side: queue.Queue() for side in "AB"}  # by receiver

    def __call__(self, sender, message):
        self.messages += 1
        self.bytes += len(json.dumps(message))
        self.after_accept += self._accepted
        receiver = "B" if sender.side == "A" else "A"
        self._waiting[receiver].put((time.monotonic() + self._delay, message))

    def accept(self, when, link_changes):
        """The call is accepted now; the link goes dark as its schedule says."""
        self._accepted = True
        for change in link_changes:
            after, way, settings = change.split(None, 2)
            for setting in settings.split(","):
                if setting.startswith("blackout="):
                    begin = when + float(after)
                    self._blackouts.append((begin, begin + float(setting.removeprefix("blackout=")), way))

    def serve(self, peer):
        threading.Thread(target=self._deliver, args=(peer,), daemon=True).start()

    def end(self):
        for waiting in self._waiting.values():
            waiting.put((None, None))

    def _deliver(self, peer):
        way = "ba" if peer.side == "A" else "ab"
        while True:
            due, message = self._waiting[peer.side].get()
            if due is None:
                return
            while (delay := self._lit(due, way) - time.monotonic()) > 0:
                time.sleep(delay)
            peer.send({"signal": message})

    def _lit(self, due, way):
        """When a message that is due may pass."""
        now = time.monotonic()
        dark = [end for begin, end, ways in self._blackouts if ways in ("both", way) and begin <= now < end]
        return max([due, *dark])
