"""Only what a packet costs through needletail.sys in the emulated kernel: the driver's part of the benchmarks."""

import argparse
import os
import sys

from machine import heading
from programs import driver_table
from report.table import put


def report(table, rounds):
    """The text that goes between the driver's markers."""
    return "\n\n".join([
        heading(),
        f"Medians of {rounds} rounds; the ratio is taken inside a round: median [least … most].",
        table,
    ])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", metavar="FOLDER", help="write Benchmarks.md in it, between its markers")
    options = parser.parse_args()
    complaints = []
    text = report(driver_table(options.rounds, complaints), options.rounds)
    if complaints:
        sys.exit("bench: " + complaints[0])
    print("\n" + text)
    if options.write:
        path = os.path.join(options.write, "Benchmarks.md")
        with open(path) as file:
            document = file.read()
        with open(path, "w") as file:
            file.write(put(document, "driver", text))


if __name__ == "__main__":
    main()
