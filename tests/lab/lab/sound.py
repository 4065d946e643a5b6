"""What became of the sound: from mouth to ear, how much of it is found again, and how like the original it is."""

import os

import numpy as np
from scipy import ndimage, signal

from lab.pictures import load_table, percentile

RATE = 48000
BLOCK = 480
BLOCK_US = 10e3
LOW_RATE = 16000  # at which sounds are compared
SAMPLES_A_BLOCK = LOW_RATE // 100
WINDOW = int(0.320 * LOW_RATE)
STEP_BLOCKS = 20
SEARCHED = 4 * LOW_RATE  # how far back a window is looked for
FIRST_WINDOW = int(0.200 * LOW_RATE)
FIRST_SEARCHED = 3 * LOW_RATE
MATCHES = 0.5  # correlation from which a window counts as found
LOUD = 32768 * 10 ** (-45 / 20)
AUDIBLE = 32768 * 10 ** (-70 / 20)


def to_low_rate(samples):
    return signal.resample_poly(samples.astype(np.float32), 1, RATE // LOW_RATE).astype(np.float32)


def level(samples):
    return np.sqrt((samples**2).mean())


def is_loud(window):
    return len(window) == WINDOW and level(window) >= LOUD


def best_match(searched, window):
    """Where in `searched` the window fits best, and the normalised correlation there."""
    window = window - window.mean()
    length = len(window)
    products = signal.fftconvolve(searched, window[::-1], "valid")
    energy = np.concatenate(([0], np.cumsum(searched.astype(np.float64) ** 2)))
    scale = np.sqrt(np.maximum(energy[length:] - energy[:-length], 1)) * np.sqrt((window**2).sum())
    correlation = products / (scale + 1e-9)[: len(products)]
    best = int(correlation.argmax())
    return best, float(correlation[best])


def capture_of_first_sample(sent_times):
    """By the earliest line through the stamps: a block is stamped when it is complete, at best."""
    ideal = np.arange(len(sent_times)) * BLOCK_US
    return np.min(sent_times - ideal) - BLOCK_US


def steady(times, width=101):
    """The clock of the play-out: what single callbacks are late is taken out by a running median."""
    ideal = np.arange(len(times)) * BLOCK_US
    return ndimage.median_filter(times - ideal, width, mode="nearest") + ideal


def mouth_to_ear(sent_times, original, played_times, played, accept):
    """Rows (time, delay in ms, correlation), of a window of 320 ms each 200 ms in which something was to be heard."""
    original, played = to_low_rate(original), to_low_rate(played)
    begin = capture_of_first_sample(sent_times)
    heard = steady(played_times.astype(float))
    rows, quiet = [], []

    def position(time):
        return int((time - begin) / 1e6 * LOW_RATE)

    for block in range(0, len(played_times) - WINDOW // SAMPLES_A_BLOCK - 1, STEP_BLOCKS):
        window = played[block * SAMPLES_A_BLOCK :][:WINDOW]
        if not is_loud(window):
            quiet.append(block)
            continue
        latest = position(heard[block]) + WINDOW
        first = max(0, latest - SEARCHED - WINDOW)
        searched = original[first : max(first, min(len(original), latest))]
        if len(searched) < WINDOW + 1:
            continue
        best, correlation = best_match(searched, window)
        captured = begin + (first + best) / LOW_RATE * 1e6
        rows.append((heard[block], (heard[block] - captured) / 1e3, correlation))
    # Silence where something was said, one median delay before, is a window lost, not one left out.
    if rows:
        delay = float(np.median([row[1] for row in rows if row[2] > MATCHES] or [0])) * 1e3
        for block in quiet:
            if heard[block] < accept + 1e6:
                continue  # the call is still beginning, which is measured apart
            said = position(heard[block] - delay)
            if said >= 0 and is_loud(original[said : said + WINDOW]):
                rows.append((heard[block], np.nan, 0.0))
    return np.array(sorted(rows)).reshape(-1, 3)


def first_sound(sent_times, original, played_times, played, accept):
    """ms from the accept to the first audible block with which 200 ms begin that match what was said."""
    blocks = played[: len(played_times) * BLOCK].reshape(-1, BLOCK).astype(np.float32)
    levels = np.sqrt((blocks**2).mean(1))
    original, played = to_low_rate(original), to_low_rate(played[: BLOCK * 1500])
    begin = capture_of_first_sample(sent_times)
    for block in np.nonzero(levels > AUDIBLE)[0][:1000]:
        window = played[block * SAMPLES_A_BLOCK :][:FIRST_WINDOW]
        if len(window) < FIRST_WINDOW:
            break
        latest = int((played_times[block] - begin) / 1e6 * LOW_RATE) + FIRST_WINDOW
        searched = original[max(0, latest - FIRST_SEARCHED) : max(0, min(len(original), latest))]
        if len(searched) > FIRST_WINDOW and best_match(searched, window)[1] > MATCHES:
            return round((played_times[block] - accept) / 1e3, 1)
    return None


def measure(sender, receiver, audio, scenario, accept):
    """All figures of one way. `sender`, `receiver`: folders; `accept` in microseconds."""
    sent = load_table(f"{sender}/sent_audio.csv", 1)[:, 0]
    times = load_table(f"{receiver}/recv_audio.csv", 1)[:, 0]
    file = np.fromfile(audio["file"], np.int16)
    wanted = len(sent) * BLOCK
    original = np.tile(file, int(np.ceil(max(1, wanted / len(file)))))[:wanted]
    played_file = f"{receiver}/recv_audio.s16"
    played = np.fromfile(played_file, np.int16) if os.path.exists(played_file) else np.zeros(0, np.int16)
    count = min(len(times), len(played) // BLOCK)
    times, played = times[:count], played[: count * BLOCK]
    sent = sent.astype(float)
    figures = {
        "blocks": int(count),
        "first_from_accept_ms": first_sound(sent, original, times, played, accept) if count and len(sent) else None,
        "block_gap_ms_p99": percentile(np.diff(times) / 1e3, 99),
        "block_gap_ms_max": percentile(np.diff(times) / 1e3, 100),
    }
    if count <= 100 or len(sent) <= 100:
        return figures
    rows = mouth_to_ear(sent, original, times, played, accept)
    found = rows[rows[:, 2] > MATCHES]
    settled = found[found[:, 0] - accept > 5e6][:, 1]
    lateness = sent - capture_of_first_sample(sent) - BLOCK_US - np.arange(len(sent)) * BLOCK_US
    figures |= {
        "m2e_ms_p50": percentile(settled, 50),
        "m2e_ms_p95": percentile(settled, 95),
        "m2e_ms_max": percentile(settled, 100),
        "m2e_first_5s_ms_p50": percentile(found[found[:, 0] - accept <= 5e6][:, 1], 50),
        "matched": round(len(found) / len(rows), 3) if len(rows) else None,
        "match_score": round(float(rows[:, 2].mean()), 3) if len(rows) else None,
        "source_late_ms_p95": percentile(lateness / 1e3, 95),
    }
    if scenario.get("phases"):
        figures["phases"] = {}
        for name, (begin_s, end_s) in scenario["phases"].items():
            within = (found[:, 0] >= accept + begin_s * 1e6) & (found[:, 0] < accept + end_s * 1e6)
            delays = found[within, 1]
            figures["phases"][name] = {"m2e_ms_p50": percentile(delays, 50), "m2e_ms_p95": percentile(delays, 95)}
    return figures
