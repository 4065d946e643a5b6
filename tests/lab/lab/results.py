"""Files of results, and how they stand beside each other and against the targets."""

import json
import os
import statistics

from lab.figures import figures

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def read_results(path):
    with open(path) as file:
        return json.load(file)


def targets():
    return read_results(f"{HERE}/targets.json")


def scenarios_of(results):
    """The names of all scenarios that any of the results has, in their order."""
    return list(dict.fromkeys(run["scenario"] for result in results for run in result["runs"]))


def runs_of(result, scenario):
    """(runs, errors) of a scenario."""
    runs = [run for run in result["runs"] if run["scenario"] == scenario]
    return [run for run in runs if "error" not in run], [run["error"] for run in runs if "error" in run]


def medians(runs):
    """The median of each figure over passes."""
    passes = [figures(run) for run in runs]
    names = list(dict.fromkeys(name for one in passes for name in one))
    found = {}
    for name in names:
        values = [one[name] for one in passes if one.get(name) is not None]
        found[name] = round(statistics.median(values), 3) if values else None
    return found


def meets(value, bound):
    """Whether a figure keeps a bound such as "<= 68"."""
    if value is None:
        return False
    sign, limit = bound.split()
    return value <= float(limit) if sign == "<=" else value >= float(limit)
