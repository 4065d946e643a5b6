#!/usr/bin/env python3
"""Results side by side: medians over passes, the last file held against targets.json. Exit code 1 if it misses one."""

import argparse
import sys

from lab import plot, table
from lab.results import read_results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", help="files of results, as measure.py writes them")
    parser.add_argument("--short", help="FIGURE,FIGURE: one row a scenario, with these figures alone")
    parser.add_argument("--plot", metavar="FILE.svg", help="draws them as well")
    args = parser.parse_args()
    results = [read_results(file) for file in args.files]
    if args.plot:
        plot.draw(results, args.plot)
    if args.short:
        print("\n".join(table.short(results, args.short.split(","))))
        return 0
    lines, missed = table.full(results)
    print("\n".join(lines))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
