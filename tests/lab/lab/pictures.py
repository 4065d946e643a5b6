"""What became of the pictures: how late, how smooth, how like the originals."""

import os
import re

import numpy as np
from scipy import ndimage

FRAME_US = 1e6 / 30
LONGEST_LATENCY_US = 15e6  # more than that is a frame number of the last time round
STAMP_BITS = 16
LEAST_CONTRAST = 40  # between the two parts of a cell of the barcode
SSIM_WINDOW = 8
SSIM_C1, SSIM_C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # Wang, Bovik, Sheikh, Simoncelli 2004


def percentile(values, percent):
    return round(float(np.percentile(values, percent)), 1) if len(values) else None


def load_table(path, columns):
    try:
        table = np.loadtxt(path, delimiter=",", dtype=np.int64, ndmin=2)
    except (OSError, ValueError):
        table = np.zeros((0, columns), np.int64)
    return table.reshape(-1, columns)


def freezes(times, end, interval=FRAME_US):
    """How often, and for how many seconds in all, nothing new was shown for more than 3 frames, or a frame and 150 ms."""
    if not len(times):
        return 1, (end and None)
    gaps = np.diff(np.append(times, max(end, times[-1])))
    gaps = gaps[gaps > max(3 * interval, interval + 150e3)]
    return int(len(gaps)), round(float(gaps.sum()) / 1e6, 2)


def ssim(a, b):
    """Mean structural similarity of two luma planes."""

    def local_mean(plane):
        return ndimage.uniform_filter(plane, SSIM_WINDOW)

    mean_a, mean_b = local_mean(a), local_mean(b)
    var_a, var_b = local_mean(a * a) - mean_a**2, local_mean(b * b) - mean_b**2
    covariance = local_mean(a * b) - mean_a * mean_b
    likeness = (2 * mean_a * mean_b + SSIM_C1) * (2 * covariance + SSIM_C2)
    return float((likeness / ((mean_a**2 + mean_b**2 + SSIM_C1) * (var_a + var_b + SSIM_C2))).mean())


def psnr(a, b):
    return 10 * np.log10(255**2 / max(float(((a - b) ** 2).mean()), 1e-3))


def read_stamp(luma, width):
    """The frame number in the barcode (README.md), or -1."""
    cell, gray = width / 40, 0

    def mean(row, column):
        rows = slice(int((row + 0.25) * cell), int((row + 0.75) * cell) + 1)
        columns = slice(int((column + 0.25) * cell), int((column + 0.75) * cell) + 1)
        return luma[rows, columns].mean()

    for bit in range(STAMP_BITS):
        contrast = mean(0, bit) - mean(1, bit)
        if abs(contrast) < LEAST_CONTRAST:
            return -1
        gray = gray << 1 | (contrast > 0)
    number, shift = gray, 1
    while shift < STAMP_BITS:
        number ^= number >> shift
        shift <<= 1
    return number


def quality(path, video):
    """(frame number, PSNR, SSIM) of one received frame against the same as it was sent, at the size that was sent."""
    name = re.match(r"(\d+)_(\d+)x(\d+)\.i420$", os.path.basename(path))
    number, width, height = map(int, name.groups())
    sent_width, sent_height = video["width"], video["height"]
    raw = np.fromfile(path, np.uint8)
    if raw.size < width * height:
        return None
    luma = raw[: width * height].reshape(height, width).astype(np.float32)
    if read_stamp(luma, width) != number & 0xFFFF:
        return None
    if (width, height) != (sent_width, sent_height):
        factors = (sent_height / height, sent_width / width)
        luma = np.clip(ndimage.zoom(luma, factors, order=3, mode="nearest", grid_mode=True), 0, 255)
    position = number % (2 * video["frames"])  # the clip is played forwards, then backwards
    index = position if position < video["frames"] else 2 * video["frames"] - 1 - position
    plane = sent_width * sent_height
    original = np.fromfile(video["file"], np.uint8, plane, offset=index * plane * 3 // 2)
    original = original.reshape(sent_height, sent_width).astype(np.float32)
    below_barcode = sent_width // 40 * 2
    luma, original = luma[below_barcode:], original[below_barcode:]
    return number, psnr(luma, original), ssim(luma, original)


def shown_pictures(sent_times, received, end):
    """Rows (number, time, latency in ms, width) of what was shown, and how many jumped back and thus do not count."""
    rows, seen, backwards = [], set(), 0
    for number, time, width, _ in received:
        sent = sent_times.get(number)
        if sent is None or not 0 <= time - sent < LONGEST_LATENCY_US or number in seen or time > end:
            continue
        if rows and number < rows[-1][0]:
            backwards += 1
            continue
        seen.add(number)
        rows.append((number, time, (time - sent) / 1e3, width))
    return np.array(rows, float).reshape(-1, 4), backwards


def qualities(folder, video, sent_times):
    """Rows (frame number, PSNR, SSIM) of the frames that the receiver kept whole, and when each was captured."""
    kept = f"{folder}/frames"
    files = [f"{kept}/{name}" for name in os.listdir(kept)] if os.path.isdir(kept) else []
    found = sorted(row for row in (quality(file, video) for file in files) if row)
    rows = np.array(found, float).reshape(-1, 3)
    return rows, np.array([sent_times[number] for number in rows[:, 0]])


def measure(sender, receiver, video, scenario, accept, end):
    """All figures of one way. `sender`, `receiver`: folders; times in microseconds."""
    sent = load_table(f"{sender}/sent_video.csv", 2)
    received = load_table(f"{receiver}/recv_video.csv", 4)
    sent_times = dict(map(tuple, sent))
    shown, backwards = shown_pictures(sent_times, received, end)
    times, latencies = shown[:, 1], shown[:, 2]
    settled = times - accept > 5e6
    compared, captured = qualities(receiver, video, sent_times)
    captured = (captured - accept) / 1e6
    late = compared[captured > 5]
    frozen = freezes(times, end)
    span = (end - times[0]) / 1e6 if len(times) else 0
    widths, counts = np.unique(shown[:, 3], return_counts=True)
    figures = {
        "frames_sent": len(sent),
        "frames": len(shown),
        "fps": round(len(shown) / span, 2) if span else 0,
        "unreadable": int((received[:, 0] < 0).sum()) if len(received) else 0,
        "latency_ms_p50": percentile(latencies[settled], 50),
        "latency_ms_p95": percentile(latencies[settled], 95),
        "latency_ms_max": percentile(latencies[settled], 100),
        "latency_first_5s_ms_p95": percentile(latencies[~settled], 95),
        "freezes": frozen[0],
        "freeze_s": frozen[1],
        "gap_ms_p95": percentile(np.diff(times[settled]) / 1e3, 95),
        "backwards": backwards,
        "psnr_y": round(float(late[:, 1].mean()), 2) if len(late) else None,
        "ssim_y": round(float(late[:, 2].mean()), 4) if len(late) else None,
        "psnr_y_min": round(float(late[:, 1].min()), 2) if len(late) else None,
        "quality_frames": len(late),
        "widths": {str(int(width)): int(count) for width, count in zip(widths, counts)},
        "first_from_accept_ms": round((times[0] - accept) / 1e3, 1) if len(times) else None,
    }
    if scenario.get("phases"):
        figures["phases"] = {
            name: _phase(shown, compared, captured, accept, end, *bounds)
            for name, bounds in scenario["phases"].items()
        }
    return figures


def _phase(shown, compared, captured, accept, end, begin_s, end_s):
    """The figures of a part of the call, between two times after the accept."""
    times, begin = shown[:, 1], accept + begin_s * 1e6
    within = (times >= begin) & (times < accept + end_s * 1e6)
    inside, before = times[within], times[times < begin]
    frozen = freezes(np.append(before[-1:], inside), min(end, accept + end_s * 1e6))
    latencies = shown[within, 2]
    compared = compared[(captured >= begin_s) & (captured < end_s)]
    return {
        "fps": round(len(inside) / (end_s - begin_s), 2),
        "latency_ms_p50": percentile(latencies, 50),
        "latency_ms_p95": percentile(latencies, 95),
        "latency_ms_max": percentile(latencies, 100),
        "freezes": frozen[0],
        "freeze_s": frozen[1],
        "first_frame_after_ms": round((inside[0] - accept) / 1e3 - begin_s * 1e3, 1) if len(inside) else None,
        "psnr_y": round(float(compared[:, 1].mean()), 2) if len(compared) else None,
    }
