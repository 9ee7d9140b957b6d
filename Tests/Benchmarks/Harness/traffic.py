"""Measures of traffic through a tunnel: TCP, datagrams, round trips."""

import json
import os
import subprocess
import time

from processes import stop
from usage import family, processor_seconds

LOAD = ".build/release/benchmark-load"
PEER = "10.77.0.2"
LOSS = 0.01
# Neighbouring rates of the coarse search for the highest rate, and how often the gap is halved after that.
STEP = 1.25
HALVINGS = 3
TRIES = 3


def tcp(bed, streams, seconds, prefix=()):
    """Gbit/s received through the tunnel, and processor seconds of both daemons per 10^9 bytes.

    `prefix` is a command that sender and receiver are started with.
    """
    server = bed.start(1, *prefix, "iperf3", "-s", "-1", "-B", PEER)
    for _ in range(100):
        if "5201" in bed.inside(1, "ss", "-Hltn"):
            break
        time.sleep(0.05)
    before = sum(processor_seconds(daemon.pid) for daemon in bed.daemons)
    report = json.loads(bed.inside(
        0, *prefix, "iperf3", "-c", PEER, "-t", seconds, "-P", streams, "-J", timeout=seconds + 30))
    spent = sum(processor_seconds(daemon.pid) for daemon in bed.daemons) - before
    server.wait(timeout=10)
    received = report["end"]["sum_received"]
    return received["bits_per_second"] / 1e9, spent / (received["bytes"] / 1e9)


def tcp_on_one_processor(bed, streams, seconds):
    """The same with both daemons, the sender and the receiver on the first of this process's processors."""
    everywhere = os.sched_getaffinity(0)
    one = min(everywhere)
    pids = [process.pid for process in bed.daemons]
    try:
        for pid in pids:
            bind(pid, {one})
        return tcp(bed, streams, seconds, ("taskset", "-c", one))
    finally:
        for pid in pids:
            bind(pid, everywhere)


def bind(pid, processors):
    """Every thread of a process and of its children on these processors; threads made later inherit it."""
    for member in family(pid):
        for thread in os.listdir(f"/proc/{member}/task"):
            os.sched_setaffinity(int(thread), processors)


def datagrams(bed, size, rate, seconds):
    """Sends datagrams of `size` bytes; rate 0 is a flood. What the sender and the receiver counted."""
    receiver = bed.start(1, LOAD, "receive", 9000, stdout=subprocess.PIPE, text=True)
    try:
        await_socket(bed, 9000)
        sent = json.loads(bed.inside(0, LOAD, "send", PEER, 9000, size, rate, seconds))
        time.sleep(0.25)
    finally:
        text = stop(receiver)
    return sent, json.loads(text)


def await_socket(bed, port):
    for _ in range(100):
        if f":{port} " in bed.inside(1, "ss", "-Hlun"):
            return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def survives(bed, size, rate, seconds):
    """Datagrams a second received when at most 1 % of `rate` is lost and the sender kept up; 0 otherwise.

    A disturbance by other work must not decide, so there are several tries, each short.
    """
    for _ in range(TRIES):
        sent, received = datagrams(bed, size, rate, seconds)
        kept_up = sent["sent"] >= 0.97 * rate * sent["seconds"]
        if kept_up and received["received"] >= (1 - LOSS) * sent["sent"]:
            return received["received"] / sent["seconds"]
    return 0


def highest_rate(bed, size, seconds):
    """The highest number of datagrams a second of which at most 1 % is lost."""
    sent, received = datagrams(bed, size, 0, seconds)
    rate = max(1000, received["received"] / sent["seconds"])
    best = survives(bed, size, rate, seconds)
    up = best > 0
    for _ in range(20):
        following = rate * STEP if up else rate / STEP
        found = survives(bed, size, following, seconds)
        if up and found == 0:
            low, high = rate, following
            break
        best = found or best
        if not up and found > 0:
            low, high = following, rate
            break
        rate = following
    else:
        return best
    for _ in range(HALVINGS):
        middle = (low * high) ** 0.5
        found = survives(bed, size, middle, seconds)
        best = found or best
        low, high = (middle, high) if found else (low, middle)
    return best


def flood(bed, size, seconds):
    """Mbit/s of payload received while the sender sends as fast as it can."""
    sent, received = datagrams(bed, size, 0, seconds)
    return received["bytes"] * 8 / sent["seconds"] / 1e6


def round_trips(bed, count):
    """The median and the 99th percentile of the round trip of a 64-byte datagram in microseconds."""
    echo = bed.start(1, LOAD, "echo", 9001)
    try:
        await_socket(bed, 9001)
        report = json.loads(bed.inside(0, LOAD, "ping", PEER, 9001, 64, count, timeout=60))
    finally:
        stop(echo)
    return report["p50"], report["p99"]
