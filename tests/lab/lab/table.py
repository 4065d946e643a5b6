"""Tables of results side by side, the last of them held against targets.json."""

from lab.results import medians, meets, runs_of, scenarios_of, targets


def text(value):
    return "-" if value is None else f"{value:g}"


def row(cells):
    return f"| {' | '.join(cells)} |"


def full(results):
    """(lines, how many bounds were missed): a block a scenario."""
    bounds, lines, held, missed = targets(), [], 0, 0
    for scenario in scenarios_of(results):
        columns, failures = [], []
        for result in results:
            runs, failures = runs_of(result, scenario)
            columns.append(medians(runs))
        last, wanted = columns[-1], bounds.get(scenario, {})
        if not last and not failures:
            continue  # not measured this time
        lines += ["", f"### {scenario} ({link_of(results, scenario)})", ""]
        lines += [row(["", *(result["peer"] for result in results), "target"]), "|---" * (len(results) + 2) + "|"]
        for failure in failures:
            lines.append(row([f"FAILED: {failure}", *[""] * (len(results) + 1)]))
            missed += 1
        for name in dict.fromkeys(name for column in columns for name in column):
            if name not in wanted and all(column.get(name) is None for column in columns):
                continue
            mark = ""
            if name in wanted:
                kept = meets(last.get(name), wanted[name])
                held, missed = held + kept, missed + (not kept)
                mark = f"{wanted[name]} {'ok' if kept else '**MISSED**'}"
            lines.append(row([name, *(text(column.get(name)) for column in columns), mark]))
    lines += ["", f"{held} bounds held, {missed} missed (by {results[-1]['peer']})"]
    return lines, missed


def short(results, names):
    """One row a scenario, of these figures alone: "first file / second file"."""
    lines = [row(["scenario", *names]), "|---" * (len(names) + 1) + "|"]
    for scenario in scenarios_of(results):
        columns = [medians(runs_of(result, scenario)[0]) for result in results]
        lines.append(row([scenario, *(" / ".join(text(column.get(name)) for column in columns) for name in names)]))
    return lines


def link_of(results, scenario):
    for result in results:
        for run in result["runs"]:
            if run["scenario"] == scenario and "link_spec" in run:
                return "; ".join([run["link_spec"], *run.get("at", [])])
    return "it failed"
