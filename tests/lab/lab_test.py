#!/usr/bin/env python3
"""The judge judged: the lab's analysis on pictures, sounds and links that are known."""

import importlib.util
import os
import tempfile
import unittest

import numpy as np

from lab import analysis, pictures, plot, results, sound, table
from lab.figures import figures

WIDTH, HEIGHT = 160, 90
CELL = WIDTH // 40


def stamped(number, seed=1):
    """A luma plane of noise with the barcode of a frame number."""
    luma = np.random.default_rng(seed).integers(16, 236, (HEIGHT, WIDTH)).astype(np.uint8)
    gray = (number ^ number >> 1) & 0xFFFF
    for bit in range(16):
        one = gray >> (15 - bit) & 1
        columns = slice(bit * CELL, (bit + 1) * CELL)
        luma[:CELL, columns] = 235 if one else 16
        luma[CELL : 2 * CELL, columns] = 16 if one else 235
    return luma


def speech(seconds, seed=1):
    """Noise in syllables of 0.1 to 0.3 s, at another loudness each: what sounds like nothing else in it."""
    random, parts = np.random.default_rng(seed), []
    while sum(map(len, parts)) < seconds * sound.RATE:
        length = int(random.uniform(0.1, 0.3) * sound.RATE)
        parts.append(random.normal(0, random.uniform(500, 4000), length))
    return np.concatenate(parts)[: int(seconds * sound.RATE)].clip(-32767, 32767).astype(np.int16)


def steady_times(count, begin=0.0):
    return begin + (np.arange(count) + 1) * sound.BLOCK_US


class Barcode(unittest.TestCase):
    def test_is_read_at_any_size(self):
        for number in (0, 1, 2, 77, 4095, 65535):
            luma = stamped(number).astype(np.float32)
            self.assertEqual(pictures.read_stamp(luma, WIDTH), number)
            larger = np.kron(luma, np.ones((4, 4)))
            self.assertEqual(pictures.read_stamp(larger, WIDTH * 4), number)

    def test_is_unreadable_in_grey(self):
        self.assertEqual(pictures.read_stamp(np.full((HEIGHT, WIDTH), 128.0), WIDTH), -1)


class Pictures(unittest.TestCase):
    def test_freeze_when_nothing_new_is_shown(self):
        times = np.concatenate((np.arange(30), np.arange(60, 90))) * pictures.FRAME_US
        count, seconds = pictures.freezes(times, times[-1])
        self.assertEqual(count, 1)
        self.assertAlmostEqual(seconds, 31 / 30, places=2)

    def test_freeze_at_the_end_of_a_call(self):
        times = np.arange(30) * pictures.FRAME_US
        self.assertEqual(pictures.freezes(times, times[-1] + 2e6), (1, 2.0))

    def test_do_not_freeze_at_a_late_frame(self):
        times = np.delete(np.arange(30), [7, 8]) * pictures.FRAME_US
        self.assertEqual(pictures.freezes(times, times[-1])[0], 0)

    def test_that_jump_back_are_not_shown(self):
        sent = {number: number * 33333 for number in range(5)}
        received = [(number, 100_000 + place * 33333, WIDTH, HEIGHT) for place, number in enumerate([0, 2, 1, 3, 3])]
        shown, backwards = pictures.shown_pictures(sent, received, end=1e9)
        self.assertEqual(list(shown[:, 0]), [0, 2, 3])
        self.assertEqual(backwards, 1)

    def test_are_compared_with_the_frame_that_was_sent(self):
        with tempfile.TemporaryDirectory() as folder:
            video = {"file": f"{folder}/clip", "width": WIDTH, "height": HEIGHT, "frames": 2}
            planes = [stamped(0, seed=3), stamped(1, seed=4)]
            chroma = np.full(WIDTH * HEIGHT // 2, 128, np.uint8)
            np.concatenate([np.concatenate((plane.ravel(), chroma)) for plane in planes]).tofile(video["file"])
            # The third frame is the second of the clip, which is played backwards then.
            again = stamped(2, seed=4)
            path = f"{folder}/2_{WIDTH}x{HEIGHT}.i420"
            np.concatenate((again.ravel(), chroma)).tofile(path)
            number, psnr, ssim = pictures.quality(path, video)
            self.assertEqual(number, 2)
            self.assertGreater(psnr, 70)
            self.assertAlmostEqual(ssim, 1, places=4)

            worse = again.astype(int)
            worse[2 * CELL :] += np.where(np.indices(worse[2 * CELL :].shape).sum(0) % 2, 8, -8)
            np.concatenate((worse.clip(0, 255).astype(np.uint8).ravel(), chroma)).tofile(path)
            self.assertAlmostEqual(pictures.quality(path, video)[1], 10 * np.log10(255**2 / 64), places=1)


class Sound(unittest.TestCase):
    def setUp(self):
        self.said = speech(8)
        self.sent = steady_times(len(self.said) // sound.BLOCK)

    def heard(self, delay_ms):
        delay = int(delay_ms * sound.RATE / 1000)
        return np.concatenate((np.zeros(delay, np.int16), self.said))[: len(self.said)]

    def test_takes_from_mouth_to_ear_what_it_takes(self):
        for delay in (20, 85, 400):
            # A block of the card begins to sound when it has been handed out.
            times = steady_times(len(self.sent)) - sound.BLOCK_US
            rows = sound.mouth_to_ear(self.sent, self.said, times, self.heard(delay), accept=0)
            found = rows[rows[:, 2] > sound.MATCHES]
            self.assertAlmostEqual(float(np.median(found[:, 1])), delay, delta=0.2)
            self.assertGreater(len(found) / len(rows), 0.95)

    def test_that_is_missing_counts_as_lost(self):
        times = steady_times(len(self.sent))
        played = self.heard(50)
        played[4 * sound.RATE : 6 * sound.RATE] = 0
        rows = sound.mouth_to_ear(self.sent, self.said, times, played, accept=0)
        lost = rows[rows[:, 2] <= sound.MATCHES]
        self.assertAlmostEqual(len(lost) / len(rows), 2 / 8, delta=0.05)

    def test_begins_with_what_was_said_and_not_with_noise(self):
        times = steady_times(len(self.sent))
        played = self.heard(0)
        played[: sound.RATE] = np.random.default_rng(5).normal(0, 300, sound.RATE).astype(np.int16)
        first = sound.first_sound(self.sent, self.said, times, played, accept=0)
        # A window that is speech for the most part matches already.
        self.assertAlmostEqual(first, 1000, delta=sound.FIRST_WINDOW / sound.LOW_RATE * 1000)


class Links(unittest.TestCase):
    def second(self, **changed):
        return {
            "in_pkts": 100,
            "in_bytes": 12500,
            "out_bytes": 11250,
            "drop_loss": 10,
            "drop_blackout": 0,
            "drop_queue": 0,
            "rate": 200_000,
            "qdelay_ms_p50": 5,
            "qdelay_ms_p95": 20,
            "qdelay_ms_max": 30,
        } | changed

    def test_are_summed_up(self):
        seconds = [{"t": 10.5 + i, "mono": i, "ab": self.second()} for i in range(4)]
        found = analysis.one_way_of_link(seconds, seconds[:1], None, "ab", {"first": [10, 12]})
        self.assertEqual(found["sent_kbps"], 100.0)
        self.assertEqual(found["lost_pct"], 10.0)
        self.assertEqual(found["utilisation"], 0.45)
        self.assertEqual(found["queue_start_ms_max"], 30.0)
        self.assertEqual(found["phases"], {"first": 100.0})


class Plots(unittest.TestCase):
    @unittest.skipUnless(importlib.util.find_spec("matplotlib"), "draws with matplotlib")
    def test_are_drawn_of_whatever_was_measured(self):
        way = {"video": {"latency_ms_p95": 20}}
        with tempfile.TemporaryDirectory() as folder:
            for ways in ({"a_to_b": way, "b_to_a": way}, {}):
                run = {"scenario": "clean", "link_spec": "delay=0"} | ways
                plot.draw([{"peer": "x", "runs": [run]}], f"{folder}/plot.svg")
                with open(f"{folder}/plot.svg") as file:
                    self.assertIn("<svg", file.read())


class Tables(unittest.TestCase):
    def run_with(self, latency, scenario="clean"):
        way = {"video": {"latency_ms_p50": latency}}
        return {"scenario": scenario, "link_spec": "delay=0", "a_to_b": way, "b_to_a": way}

    def test_show_medians(self):
        found = results.medians([self.run_with(value) for value in (10, 30, 12)])
        self.assertEqual(found["video_ms_p50"], 12)

    def test_take_the_worse_way(self):
        run = self.run_with(10) | {"b_to_a": {"video": {"latency_ms_p50": 40}}}
        self.assertEqual(figures(run)["video_ms_p50"], 40)

    def test_hold_the_last_file_against_the_targets(self):
        bounds = results.targets()["clean"]
        lines, missed = table.full([{"peer": "x", "runs": [self.run_with(5)]}])
        self.assertEqual(missed, len(bounds) - 1, "all but the one figure that is there")
        self.assertTrue(any("video_ms_p50" in line and "ok" in line for line in lines))

    def test_leave_out_what_the_last_file_did_not_measure(self):
        other = {"peer": "x", "runs": [self.run_with(5), self.run_with(5, "rtt50")]}
        lines, _ = table.full([other, {"peer": "y", "runs": [self.run_with(5)]}])
        self.assertFalse(any("rtt50" in line for line in lines))

    def test_count_a_run_that_failed_as_missed(self):
        failed = {"scenario": "clean", "error": "it rang for nobody"}
        lines, missed = table.full([{"peer": "x", "runs": [failed]}])
        self.assertGreaterEqual(missed, 1)
        self.assertTrue(any("it rang for nobody" in line for line in lines))

    def test_have_results_of_libwebrtc_for_each_scenario(self):
        wanted = {scenario["name"] for scenario in results.read_results(f"{results.HERE}/scenarios.json")["scenarios"]}
        for name in ("chromium", "libwebrtc-m106"):
            measured = results.scenarios_of([results.read_results(f"{results.HERE}/results/{name}.json")])
            self.assertEqual(set(measured), wanted, name)
        self.assertLessEqual(set(results.targets()), wanted)


if __name__ == "__main__":
    os.chdir(results.HERE)
    unittest.main()
