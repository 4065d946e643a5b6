"""A picture of results side by side: a panel a figure, a row a scenario, a mark for each file, and the targets."""

from lab.results import medians, runs_of, scenarios_of, targets

PANELS = {
    "frozen_s": "frozen, s (both ways)",
    "video_ms_p95": "picture latency, 95 %, ms",
    "psnr_ba": "PSNR, street, dB",
    "ear_ms_p50": "mouth to ear, 50 %, ms",
    "sound_score": "sound correlation",
    "accept_video_caller_ms": "accept to picture, caller, ms",
}
LOGARITHMIC = {"frozen_s", "video_ms_p95"}
MARKS = "sDo^v"
COLOURS = ("#a0a0a0", "#e08030", "#2060c0", "#40a060", "#8040a0")


def draw(results, path):
    """Writes an SVG. Needs matplotlib."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "sotto"  # the same file from the same figures
    scenarios, bounds = scenarios_of(results[-1:]), targets()
    figure, axes = pyplot.subplots(1, len(PANELS), sharey=True, figsize=(18, 0.34 * len(scenarios) + 1.4))
    rows = {scenario: -index for index, scenario in enumerate(scenarios)}
    for axis, (name, title) in zip(axes, PANELS.items()):
        for result, mark, colour in zip(results, MARKS, COLOURS):
            values = {scenario: medians(runs_of(result, scenario)[0]).get(name) for scenario in scenarios}
            points = [(value, rows[scenario]) for scenario, value in values.items() if value is not None]
            _dots(axis, points, marker=mark, color=colour, label=result["peer"], s=26, zorder=3)
        limits = [(float(bounds[one][name].split()[1]), rows[one]) for one in scenarios if name in bounds.get(one, {})]
        _dots(axis, limits, marker="|", color="#c02020", label="target", s=140, zorder=2)
        if name in LOGARITHMIC:
            axis.set_xscale("symlog" if name == "frozen_s" else "log")
        axis.set_title(title, fontsize=10)
        axis.grid(color="#e0e0e0")
    axes[0].set_yticks(list(rows.values()), list(rows))
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(labels), frameon=False)
    figure.tight_layout(rect=(0, 0.05, 1, 1))
    figure.savefig(path, metadata={"Date": None})


def _dots(axis, points, **style):
    axis.scatter([value for value, _ in points], [row for _, row in points], **style)
