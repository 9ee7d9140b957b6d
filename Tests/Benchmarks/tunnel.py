#!/usr/bin/env python3
"""Compares tunnels side by side on this machine: TCP throughput, CPU cost and round-trip time.

For every implementation and round: two network namespaces joined by a veth pair, a daemon in each, iperf3 TCP through
the tunnel with one and with four streams, and ping. Rounds alternate the order. Both ends, client and server share the
machine, so Gbit/s is "all processors for everything", and CPU seconds per GB is the steadier figure; ratios are taken
inside a round, where both sides saw the same machine, and their median is shown.
"""

import argparse
import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BASELINE = "wireguard-go"
MEASURES = [
    # key, title, better
    ("tcp1", "TCP, 1 stream, Gbit/s", "higher"),
    ("tcp4", "TCP, 4 streams, Gbit/s", "higher"),
    ("cpu1", "CPU of both daemons, 1 stream, s/GB", "lower"),
    ("cpu4", "CPU of both daemons, 4 streams, s/GB", "lower"),
    ("rtt", "ping, median, µs", "lower"),
]


def run(*command, timeout=30, **options):
    """Runs a command to its end and returns its output; raises with its errors when it fails."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def stop(process):
    """Ends a process of ours."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Bed:
    """Two namespaces with a tunnel between them; a context manager, so that nothing is left behind."""

    def __init__(self, daemon):
        self.daemon = daemon
        mark = os.getpid()
        self.spaces = [f"nt-bench-{mark}-{side}" for side in "ab"]
        self.links = [f"ntb{mark}{side}" for side in "ab"]
        self.tunnels = [f"ntu{mark}{side}" for side in "ab"]
        self.processes = []
        self.folder = None

    def inside(self, side, *command, **options):
        return run("ip", "netns", "exec", self.spaces[side], *command, **options)

    def start(self, side, *command, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
        process = subprocess.Popen(["ip", "netns", "exec", self.spaces[side], *command], **options)
        self.processes.append(process)
        return process

    def __enter__(self):
        try:
            self.build()
            return self
        except BaseException:
            self.__exit__()
            raise

    def build(self):
        self.folder = tempfile.mkdtemp()
        for space in self.spaces:
            run("ip", "netns", "add", space)
        run("ip", "link", "add", self.links[0], "netns", self.spaces[0], "type", "veth",
            "peer", "name", self.links[1], "netns", self.spaces[1])
        keys = [run("wg", "genkey").strip() for _ in range(2)]
        publics = [run("wg", "pubkey", input=key).strip() for key in keys]
        self.daemons = []
        environment = {**os.environ, "WG_PROCESS_FOREGROUND": "1"}
        for side in range(2):
            self.inside(side, "ip", "address", "add", f"192.0.2.{side + 1}/24", "dev", self.links[side])
            self.inside(side, "ip", "link", "set", self.links[side], "up")
            self.daemons.append(self.start(side, self.daemon, "-f", self.tunnels[side], env=environment))
        for side in range(2):
            self.await_daemon(side)
            path = os.path.join(self.folder, f"key{side}")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(keys[side])
            run("wg", "set", self.tunnels[side], "private-key", path, "listen-port", "51820",
                "peer", publics[1 - side], "endpoint", f"192.0.2.{2 - side}:51820",
                "allowed-ips", f"10.77.0.{2 - side}/32")
            self.inside(side, "ip", "address", "add", f"10.77.0.{side + 1}/24", "dev", self.tunnels[side])
            self.inside(side, "ip", "link", "set", self.tunnels[side], "up")
        self.inside(0, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", "10.77.0.2")

    def await_daemon(self, side):
        for _ in range(100):
            if subprocess.run(["wg", "show", self.tunnels[side]], capture_output=True, timeout=10).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.daemon} did not answer on its control socket")

    def __exit__(self, *_):
        for process in reversed(self.processes):
            stop(process)
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True, timeout=30)
        for tunnel in self.tunnels:
            try:
                os.remove(f"/var/run/wireguard/{tunnel}.sock")
            except FileNotFoundError:
                pass
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def cpu_seconds(self):
        """Processor time of both daemons so far, their threads and ended children included."""
        total = 0
        for daemon in self.daemons:
            with open(f"/proc/{daemon.pid}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15])
        return total / os.sysconf("SC_CLK_TCK")

    def tcp(self, streams, seconds):
        """Gbit/s received through the tunnel, and CPU seconds of both daemons per 10^9 bytes."""
        server = self.start(1, "iperf3", "-s", "-1", "-B", "10.77.0.2")
        for _ in range(100):
            if "5201" in self.inside(1, "ss", "-Hltn"):
                break
            time.sleep(0.05)
        before = self.cpu_seconds()
        report = json.loads(self.inside(0, "iperf3", "-c", "10.77.0.2", "-t", str(seconds), "-P", str(streams), "-J",
                                        timeout=seconds + 30))
        spent = self.cpu_seconds() - before
        server.wait(timeout=10)
        received = report["end"]["sum_received"]
        return received["bits_per_second"] / 1e9, spent / (received["bytes"] / 1e9)

    def ping(self, count):
        """The median round-trip time in microseconds."""
        text = self.inside(0, "ping", "-n", "-i", "0.01", "-c", str(count), "-W", "2", "10.77.0.2", timeout=60)
        return statistics.median(float(found) * 1000 for found in re.findall(r"time=([0-9.]+) ms", text))


def measure(daemon, seconds):
    with Bed(daemon) as bed:
        bed.tcp(1, 1)
        figures = {}
        figures["tcp1"], figures["cpu1"] = bed.tcp(1, seconds)
        figures["tcp4"], figures["cpu4"] = bed.tcp(4, seconds)
        figures["rtt"] = bed.ping(200)
        return figures


def keep_awake():
    """One idle-priority process per processor: a virtual processor that halts makes every wake-up slow."""
    spinners = []
    for _ in range(os.cpu_count() or 1):
        spinners.append(subprocess.Popen(
            [sys.executable, "-c", "while True: pass"],
            preexec_fn=lambda: os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))))
    return spinners


def version(daemon):
    name = os.path.basename(daemon)
    try:
        package = run("dpkg-query", "-W", "-f", "${Version}", name).strip()
        return f"{name} {package} (Debian)"
    except (RuntimeError, FileNotFoundError):
        pass
    try:
        return run(daemon, "--version").strip().splitlines()[0]
    except (RuntimeError, FileNotFoundError, IndexError):
        return name


def machine():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    processor = model.group(1) if model else platform.machine()
    return (f"{os.cpu_count()} × {processor}, Linux {platform.release()}, "
            f"load average {os.getloadavg()[2]:.1f} from this and other work")


def form(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def table(results):
    """Median [least … most] of each measure, and the median in-round ratio to the baseline."""
    names = list(results)
    lines = ["| measure | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for key, title, better in MEASURES:
        cells = []
        for name in names:
            values = [figures[key] for figures in results[name]]
            cell = f"{form(statistics.median(values))} [{form(min(values))} … {form(max(values))}]"
            if name != BASELINE and BASELINE in results:
                ratios = [a[key] / b[key] for a, b in zip(results[name], results[BASELINE])]
                cell += f" **×{statistics.median(ratios):.2f}**"
            cells.append(cell)
        lines.append(f"| {title} ({better} is better) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="length of each TCP run")
    parser.add_argument("--write", metavar="FILE", help="put the table between the markers of this Markdown file")
    parser.add_argument("daemons", nargs="+", metavar="NAME=PROGRAM")
    options = parser.parse_args()
    if os.geteuid() != 0 or not os.path.exists("/dev/net/tun"):
        sys.exit("bench: needs root and /dev/net/tun")
    daemons = dict(item.split("=", 1) for item in options.daemons)

    def interrupted(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
    results = {name: [] for name in daemons}
    spinners = keep_awake()
    try:
        for number in range(options.rounds):
            order = list(daemons)
            if number % 2:
                order.reverse()
            for name in order:
                figures = measure(daemons[name], options.seconds)
                results[name].append(figures)
                print(f"round {number + 1}/{options.rounds} {name:14}", "  ".join(
                    f"{key} {form(figures[key])}" for key, _, _ in MEASURES), flush=True)
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; everything it made is removed")
    finally:
        for spinner in spinners:
            stop(spinner)

    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True).stdout.strip()
    report = "\n".join([
        f"{time.strftime('%Y-%m-%d')}, commit {commit or 'unknown'}; {machine()}; "
        f"{run('iperf3', '--version').splitlines()[0]}; " + ", ".join(version(daemon) for daemon in daemons.values()),
        "",
        f"`make bench ROUNDS={options.rounds}`: medians [least … most] of {options.rounds} rounds, "
        f"**×** the median ratio to {BASELINE} inside a round; TCP runs of {options.seconds} s, MTU 1420, "
        "one idle-priority spinner per processor.",
        "",
        table(results),
    ])
    print("\n" + report)
    if options.write:
        with open(options.write) as file:
            text = file.read()
        begin, end = "<!-- tunnel: begin -->", "<!-- tunnel: end -->"
        head, _, rest = text.partition(begin)
        _, _, tail = rest.partition(end)
        if not rest:
            sys.exit(f"bench: {options.write} has no markers {begin} and {end}")
        with open(options.write, "w") as file:
            file.write(head + begin + "\n" + report + "\n" + end + tail)


if __name__ == "__main__":
    main()
