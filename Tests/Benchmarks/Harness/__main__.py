"""Measures every row of the target table side by side with another implementation, on this machine.

Every daemon has two network namespaces. A round goes through the measures and takes everybody's turn at each, in
alternating order; ratios are taken inside a round, where all saw the same machine. Both ends, the senders and the
receivers share the processors, so a rate means "with everything on these processors"; processor seconds are the
steadier figure.
"""

import argparse
import os
import sys

import handshakes
import programs
from bed import Bed, sweep
from driver import report as report_driver
from machine import commit, heading, package, processor, version
from processes import Spinners, interrupt_on_signals, run
from report import chart, targets
from report.figures import OURS, Figures, form
from report.table import MEASURES, daemon_table, put, target_table
from rounds import one_round, tcp_seconds


def memory(daemon, count):
    """Memory of sessions and of `count` peers: once, for it does not depend on what else the machine does."""
    with Bed(daemon) as bed:
        handshakes.add_crowd(bed)
        sessions = handshakes.session_bytes(bed)
        return {"session_bytes": sessions, "peer_bytes": handshakes.peer_bytes(bed, count)}


def measure_all(daemons, options):
    """The rounds of all daemons."""
    rounds = {name: [] for name in daemons}
    with Spinners():
        for number in range(options.rounds):
            for name, figures in one_round(daemons, number, options.scale).items():
                rounds[name].append(figures)
                print(f"round {number + 1}/{options.rounds} {name:12}", " ".join(
                    f"{key} {form(figures[key] * scale)}" for key, _, scale in MEASURES if key in figures), flush=True)
        for name, daemon in daemons.items():
            # Three goroutines a peer bound what others can take.
            count = options.peers if name == OURS else min(options.peers, 10_000)
            rounds[name][0].update(memory(daemon, count))
    return rounds


def report_targets(figures, daemons, options, complaints):
    """The text that goes between the markers of the target table."""
    versions = [run("iperf3", "--version").splitlines()[0], *(version(program) for program in daemons.values())]
    libraries = [found for found in map(package, ("libsodium23", "libssl3")) if found]
    lines = [
        f"{heading()}; {', '.join(versions + libraries)}",
        "",
        f"`{options.command}`: medians [least … most] of {options.rounds} rounds, **×** the median ratio inside a "
        f"round; TCP runs of {tcp_seconds(options.scale)} s, MTU 1420, one idle-priority spinner per processor.",
        "",
        target_table(targets.ALL, figures),
        "",
        *(f"* {complaint}" for complaint in complaints),
    ]
    return "\n".join(lines)


def write(folder, subject_reports, figures):
    """Puts the tables between their markers and draws the chart."""
    path = os.path.join(folder, "Benchmarks.md")
    with open(path) as file:
        text = file.read()
    for subject, report in subject_reports.items():
        text = put(text, subject, report)
    with open(path, "w") as file:
        file.write(text)
    drawing = chart.draw(
        "Times better than the counterpart; the red line is the target",
        f"Medians; {os.cpu_count()} × {processor()}, commit {commit()}", chart.bars(targets.ALL, figures))
    with open(os.path.join(folder, "benchmarks.svg"), "w") as file:
        file.write(drawing)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1, help="length of each run, 1 is the full one")
    parser.add_argument("--peers", type=int, default=100_000, help="configured peers without a session")
    parser.add_argument("--command", default="make bench", help="what the report says it was made with")
    parser.add_argument("--write", metavar="FOLDER", help="write Benchmarks.md and benchmarks.svg")
    parser.add_argument("daemons", nargs="+", metavar="NAME=PROGRAM")
    options = parser.parse_args()
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
        sys.exit("bench: needs root and /dev/net/tun")
    daemons = dict(item.split("=", 1) for item in options.daemons)
    interrupt_on_signals()
    try:
        sweep()
        rounds = measure_all(daemons, options)
        lines, complaints = programs.swift_lines(options.scale < 1)
        driver_rounds = max(3, round(15 * options.scale))
        driver = programs.driver_table(driver_rounds, complaints)
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; everything it made is removed")
    figures = Figures(rounds, lines, programs.driver_ratios(driver))
    reports = {
        "targets": report_targets(figures, daemons, options, complaints),
        "tunnel": f"{heading()}\n\n{daemon_table(figures)}",
        "driver": report_driver(driver, driver_rounds),
    }
    print("\n" + "\n\n".join(reports.values()))
    if options.write:
        write(options.write, reports, figures)


if __name__ == "__main__":
    main()
