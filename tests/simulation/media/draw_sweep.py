#!/usr/bin/env python3
"""draw_sweep.py TABLE.csv OUT.svg: the sweep as maps. Rows are figures, columns round trips; in a map the rate of the link
grows upwards and the loss to the right. What breaks a rule has a red frame. Queues of 300 ms; needs matplotlib."""

import csv
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402: the way of drawing is chosen first

FIGURES = {  # title, limits of the colours, whether much is good
    "use": ("use of the link", (0.5, 1.0), True),
    "pictures_per_second": ("pictures a second", (0, 30), True),
    "frozen": ("part that is frozen", (0, 0.5), False),
    "picture_p95_ms": ("picture latency, 95 %, ms", (0, 1000), False),
    "queue_p95_ms": ("queue, 95 %, ms", (0, 200), False),
}
QUEUE_MS = "300"


def main():
    table, out = sys.argv[1:]
    with open(table) as file:
        rows = [row for row in csv.DictReader(file) if row["family"] == "loss" and row["queue_ms"] == QUEUE_MS]
    rates = sorted({int(row["rate_kbps"]) for row in rows})
    losses = sorted({float(row["loss"]) for row in rows})
    round_trips = sorted({int(row["rtt_ms"]) for row in rows})
    matplotlib.rcParams["svg.hashsalt"] = "sotto"  # the same file from the same figures
    figure, axes = pyplot.subplots(
        len(FIGURES), len(round_trips), figsize=(3.4 * len(round_trips), 2.6 * len(FIGURES)), squeeze=False
    )
    for line, (name, (title, limits, good)) in zip(axes, FIGURES.items()):
        for axis, round_trip in zip(line, round_trips):
            cells = {
                (int(row["rate_kbps"]), float(row["loss"])): row for row in rows if int(row["rtt_ms"]) == round_trip
            }
            values = [[float(cells[rate, loss][name]) for loss in losses] for rate in rates]
            colours = "RdYlGn" if good else "RdYlGn_r"
            axis.imshow(values, origin="lower", aspect="auto", cmap=colours, vmin=limits[0], vmax=limits[1])
            for y, rate in enumerate(rates):
                for x, loss in enumerate(losses):
                    value = values[y][x]
                    axis.text(x, y, f"{value:.2g}" if value < 10 else f"{value:.0f}", ha="center", va="center", fontsize=6)
                    if cells[rate, loss]["broken"] == "1":
                        frame = pyplot.Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, fill=False, color="#b00000")
                        axis.add_patch(frame)
            axis.set_xticks(range(len(losses)), [f"{loss:.0%}" for loss in losses], fontsize=7)
            axis.set_yticks(range(len(rates)), [f"{rate / 1000:g}M" for rate in rates], fontsize=7)
            axis.set_title(f"{title}; {round_trip} ms there and back", fontsize=8)
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    main()
