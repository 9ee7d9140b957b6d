#!/usr/bin/env python3
"""What a packet costs through needletail.sys in the emulated kernel: runs nt-cost and puts its table into a document."""

import argparse
import subprocess
import sys
import time

from tunnel import machine

PROGRAM = ["build/nt-emulation/nt-cost", "build/nt-emulation", "build/driver/x86_64/needletail.sys"]
BEGIN, END = "<!-- driver: begin -->", "<!-- driver: end -->"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--write", metavar="FILE", help="put the table between the markers of this Markdown file")
    options = parser.parse_args()
    result = subprocess.run([*PROGRAM, str(options.rounds)], capture_output=True, text=True, timeout=330)
    if result.returncode != 0:
        sys.exit(f"bench: nt-cost: {result.stderr.strip() or result.stdout.strip()}")
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    report = "\n".join([
        f"{time.strftime('%Y-%m-%d')}, commit {commit or 'unknown'}; {machine()}",
        "",
        f"Medians of {options.rounds} rounds; the ratio is taken inside a round: median [least … most].",
        "",
        result.stdout.strip(),
    ])
    print("\n" + report)
    if options.write:
        with open(options.write) as file:
            text = file.read()
        head, _, rest = text.partition(BEGIN)
        _, found, tail = rest.partition(END)
        if not found:
            sys.exit(f"bench: {options.write} has no markers {BEGIN} and {END}")
        with open(options.write, "w") as file:
            file.write(head + BEGIN + "\n" + report + "\n" + END + tail)


if __name__ == "__main__":
    main()
