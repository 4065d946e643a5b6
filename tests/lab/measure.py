#!/usr/bin/env python3
"""Runs two peers through the scenarios; each run prints a line of JSON. README.md has the rest."""

import argparse
import json
import os
import shlex
import sys

from lab import analysis, call
from lab.peer import PeerFailed
from lab.results import HERE, read_results


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", required=True, help="where media, peers and runs are (prepare.sh makes them)")
    parser.add_argument("--linkem", required=True, help="the program that is the link")
    parser.add_argument("--peer", default=f"{HERE}/peers/sotto.json", help="what is measured")
    parser.add_argument("--command", help="its command, in place of the one in its JSON")
    parser.add_argument("--scenarios", default=f"{HERE}/scenarios.json")
    parser.add_argument("--only", default="", help="NAME,NAME: these scenarios")
    parser.add_argument("--times", type=int, default=1, help="passes; each moves the seed by one")
    parser.add_argument("--seed", type=int, default=1, help="that of the first pass")
    parser.add_argument("--duration", type=float, help="seconds of each call")
    parser.add_argument("--video", choices=["720p", "360p", "none"], help="in place of the scenario's")
    parser.add_argument("--option", action="append", default=[], help="K=V for the peer's options (V is JSON)")
    parser.add_argument("--out", help="a JSON file that gathers the runs, added to if it is there")
    return parser.parse_args()


def varied(scenario, args, number):
    changed = scenario | {"seed": args.seed + number}
    if args.duration:
        changed["duration_s"] = args.duration
    if args.video and scenario["video"] is not None:
        changed["video"] = None if args.video == "none" else args.video
    return changed


def add_to(path, gathered):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(f"{path}.new", "w") as file:
        json.dump(gathered, file, indent=1)
    os.replace(f"{path}.new", path)


def main():
    args = arguments()
    plan, peer = read_results(args.scenarios), read_results(args.peer)
    scenarios = [plan["defaults"] | scenario for scenario in plan["scenarios"]]
    wanted = [name for name in args.only.split(",") if name]
    unknown = set(wanted) - {scenario["name"] for scenario in scenarios}
    if unknown:
        sys.exit(f"There is no scenario {', '.join(sorted(unknown))}; {args.scenarios} has them all.")
    work = os.path.abspath(args.work)
    command = shlex.split(args.command) if args.command else peer["command"]
    command = [word.replace("@PEERS@", f"{work}/peers") for word in command]
    options = {key: json.loads(value) for key, value in (option.split("=", 1) for option in args.option)}
    gathered = read_results(args.out) if args.out and os.path.exists(args.out) else {"peer": peer["name"], "runs": []}
    failures = 0
    for number in range(args.times):
        for scenario in (varied(one, args, number) for one in scenarios if not wanted or one["name"] in wanted):
            folder = f"{work}/runs/{peer['name']}/{scenario['name']}.{number}"
            of_peer = peer.get("options", {}) | scenario.get("options", {}) | options
            try:
                call.run(command, scenario, plan["sizes"], of_peer, folder, f"{work}/media", args.linkem)
                result = analysis.analyse(folder)
            except PeerFailed as problem:
                failures += 1
                sys.stderr.write(f"{scenario['name']}: {problem}\n")
                result = {"scenario": scenario["name"], "error": str(problem)}
            result = {"peer": peer["name"], "pass": number} | result
            print(json.dumps(result), flush=True)
            gathered["runs"].append(result)
            if args.out:
                add_to(args.out, gathered)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
