"""Figures that other programs measure: the Swift benchmarks, a JSON object a line, and the driver in its emulation."""

import json
import re
import subprocess

from processes import run

SWIFT = [[".build/release/benchmark-cryptography", "--json"], [".build/release/benchmark-routing", "--json"]]
DRIVER = ["build/nt-emulation/nt-cost", "build/nt-emulation", "build/driver/x86_64/needletail.sys"]


def parse_lines(text):
    """The JSON objects among the lines; a program that knows no --json prints none."""
    found = []
    for line in text.splitlines():
        if line.startswith("{"):
            found.append(json.loads(line))
    return found


def swift_lines(quick=False, timeout=300):
    """What all Swift benchmarks print, and for each that gave nothing why."""
    lines, complaints = [], []
    for command in SWIFT:
        if quick and "cryptography" in command[0]:
            command = [*command, "51", "64", "1420"]
        try:
            found = parse_lines(run("timeout", timeout, *command, timeout=timeout + 10))
        except (RuntimeError, FileNotFoundError, subprocess.TimeoutExpired) as error:
            found = []
            complaints.append(str(error).splitlines()[0][:200])
        if not found:
            complaints.append(f"{' '.join(command)} printed no figures")
        lines += found
    return lines, complaints


def driver_table(rounds, complaints):
    """The table that nt-cost prints; without one, why goes to `complaints`."""
    try:
        return run(*DRIVER, rounds, timeout=330).strip()
    except (RuntimeError, FileNotFoundError, subprocess.TimeoutExpired) as error:
        complaints.append(str(error).splitlines()[0][:200])
        return "no figures"


def driver_ratios(table):
    """(driver − copy) / cipher by row, as `seal, AVX2`."""
    ratios = {}
    for line in table.splitlines():
        match = re.match(r"\| ((?:seal|open), [^|]+?) \|.*\*\*([0-9.]+)\*\*", line)
        if match:
            ratios[match.group(1)] = float(match.group(2))
    return ratios
