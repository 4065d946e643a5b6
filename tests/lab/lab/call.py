"""One call of two peers over the emulated link, with all that is to be measured of it left in files."""

import json
import os
import random
import shutil
import subprocess
import time

from lab import processes
from lab.peer import Peer, PeerFailed, Signalling

NAMESPACES = {"A": "sottoLabA", "B": "sottoLabB"}
ADDRESSES = {"A": "10.99.1.1", "B": "10.99.2.1"}
MEDIA = {"A": ("face", "speech_a"), "B": ("street", "speech_b")}
CLIP_FRAMES = 600
SETTLING = 3.0  # seconds after the accept from which costs are counted


class Link:
    """linkem between the two namespaces."""

    def __init__(self, program, scenario, folder):
        self._errors_file = f"{folder}/linkem.err"
        self._errors = open(self._errors_file, "w")
        command = [program, "--ns-a", NAMESPACES["A"], "--ns-b", NAMESPACES["B"], "--both", scenario["link"]]
        command += ["--seed", str(scenario["seed"]), "--stats", f"{folder}/link.jsonl"]
        for change in scenario.get("at", []):
            command += ["--at", change]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=self._errors, text=True)
        self._wait_until_ready()

    def start_schedule(self):
        self.process.stdin.write("t0\n")
        self.process.stdin.flush()

    def end(self):
        try:
            self.process.stdin.write("quit\n")
            self.process.stdin.close()
            self.process.wait(3)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self._errors.close()

    def _wait_until_ready(self):
        for _ in range(100):
            with open(self._errors_file) as file:
                said = file.read()
            if "ready" in said:
                return
            if self.process.poll() is not None:
                raise PeerFailed(said.strip() or "linkem ended at once")
            time.sleep(0.05)
        raise PeerFailed("linkem does not say that it is ready")


def set_namespaces(exist):
    """Removes both namespaces, and makes them anew if they are to exist."""
    for name in NAMESPACES.values():
        subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL, check=False)
        if exist:
            subprocess.run(["ip", "netns", "add", name], check=True)


def peer_config(side, scenario, sizes, options, folder, media):
    """What a peer is told. Which of the other's frames it keeps whole is drawn for each run, and told to no sender."""
    clip, voice = MEDIA[side]
    video = None
    if scenario["video"]:
        width, height = sizes[scenario["video"]]
        file = f"{media}/{clip}_{width}x{height}.i420"
        video = {"file": file, "width": width, "height": height, "fps": 30, "frames": CLIP_FRAMES}
    return {
        "role": "caller" if side == "A" else "callee",
        "out": f"{folder}/{side}",
        "address": ADDRESSES[side],
        "video": video,
        "audio": {"file": f"{media}/{voice}.s16", "rate": 48000, "channels": 1},
        "sample_every": random.randint(24, 36),
        "sample_offset": random.randint(0, 999),
        "options": options,
    }


def run(command, scenario, sizes, options, folder, media, linkem):
    """Places the call and leaves in `folder` what analysis.py reads. Raises PeerFailed."""
    shutil.rmtree(folder, ignore_errors=True)
    for side in "AB":
        os.makedirs(f"{folder}/{side}")
    set_namespaces(exist=True)
    peers, link = {}, None
    one_way = scenario.get("signal_ms", scenario["rtt_ms"] / 2) / 1e3
    signalling = Signalling(one_way)
    try:
        link = Link(linkem, scenario, folder)
        for side in "AB":
            config = peer_config(side, scenario, sizes, options, folder, media)
            peers[side] = Peer(side, NAMESPACES[side], command, config, f"{folder}/{side}", signalling)
        info = _converse(peers, link, signalling, scenario)
        info["signal_one_way_ms"] = one_way * 1e3
    finally:
        signalling.end()
        for peer in peers.values():
            peer.end()
        if link:
            link.end()
        set_namespaces(exist=False)
    with open(f"{folder}/info.json", "w") as file:
        json.dump(info, file)


def _converse(peers, link, signalling, scenario):
    caller, callee = peers["A"], peers["B"]
    ready = {side: peer.wait("ready", 20)[1] for side, peer in peers.items()}
    for peer in peers.values():
        signalling.serve(peer)
    if ready["A"].get("bundle"):  # each is the other's contact
        caller.send({"do": "contact", "bundle": ready["B"]["bundle"]})
        callee.send({"do": "contact", "bundle": ready["A"]["bundle"]})
    time.sleep(1)

    dialled = time.monotonic()
    caller.send({"do": "dial"})
    rang = callee.wait("ringing", 15)[0]
    time.sleep(scenario["ring_s"])
    link.start_schedule()
    accepted = time.monotonic()
    signalling.accept(accepted, scenario.get("at", []))
    callee.send({"do": "accept"})

    time.sleep(SETTLING)
    pids = {side: processes.tree(peer.process.pid) for side, peer in peers.items()}
    pids["linkem"] = [link.process.pid]
    before, machine_before = _costs(pids)
    time.sleep(max(0, accepted + scenario["duration_s"] - time.monotonic()))
    after, machine_after = _costs(pids)
    memory = {side: processes.peak_memory_mb(pids[side]) for side in "AB"}
    lasted = after["time"] - before["time"]

    stopped = time.monotonic()
    for peer in peers.values():
        peer.send({"do": "stop"})
    done = {side: peer.wait("done", 20)[1].get("result", {}) for side, peer in peers.items()}
    return {
        "version": ready["A"].get("version"),
        "scenario": scenario,
        "t_dial": dialled,
        "t_ring": rang,
        "t_accept": accepted,
        "t_stop": stopped,
        "signal_messages": signalling.messages,
        "signal_bytes": signalling.bytes,
        "signal_after_accept": signalling.after_accept,
        "cpu": {who: round((after[who] - before[who]) / lasted, 3) for who in pids},
        "machine_cpu": round((machine_after - machine_before) / lasted, 3),
        "max_rss_mb": memory,
        "done": done,
    }


def _costs(pids):
    costs = {who: processes.cpu_seconds(of) for who, of in pids.items()}
    costs["time"] = time.monotonic()
    return costs, processes.machine_cpu_seconds()
