"""Measures of a daemon as a responder, and of the memory that peers and sessions take."""

import json
import os
import re
import subprocess
import time

from processes import stop
from traffic import LOAD
from usage import processor_seconds, resident_bytes

PROGRAM = ".build/release/benchmark-handshakes"
ADDRESS, PORT = "192.0.2.2", 51820
# Enough peers that none comes too often, and few enough unanswered at a time that nobody is under load.
PEERS, WINDOW = 1000, 32
FORGED_RATE = 50_000


def speak(bed, task, *numbers):
    """Runs the crowd of initiators on side 0 against the daemon of side 1."""
    return json.loads(bed.inside(
        0, PROGRAM, task, ADDRESS, PORT, bed.public_key(1), PEERS, *numbers, timeout=120))


def add_crowd(bed):
    """Makes the crowd's keys peers of side 1."""
    bed.add_peers(1, bed.inside(0, PROGRAM, "keys", PEERS).split())


def session_bytes(bed):
    """Memory that each peer's full set of sessions takes: the previous, the current and the next one."""
    before = resident_bytes(bed.daemons[1].pid)
    report = speak(bed, "sessions", 3)
    if report["sessions"] < 0.99 * report["wanted"]:
        raise RuntimeError(f"only {report['sessions']} of {report['wanted']} sessions")
    return (resident_bytes(bed.daemons[1].pid) - before) / PEERS


def responses(bed, count):
    """Microseconds of the responder's processor time for a handshake, and handshakes a second."""
    before = processor_seconds(bed.daemons[1].pid)
    report = speak(bed, "burst", count, WINDOW)
    spent = processor_seconds(bed.daemons[1].pid) - before
    if report["verified"] < 0.9 * count or report["cookies"]:
        raise RuntimeError(f"the burst was not answered: {report}")
    return spent / report["verified"] * 1e6, report["answered"] / report["seconds"]


def received_and_dropped(bed):
    """Datagrams that sockets of side 1 got, and those for which they had no room."""
    text = bed.inside(1, "cat", "/proc/net/snmp")
    names, values = (line.split()[1:] for line in re.findall(r"^Udp:.*", text, re.M))
    counters = dict(zip(names, map(int, values)))
    return counters["InDatagrams"], counters["RcvbufErrors"]


def forged_flood(bed, seconds):
    """Under 50,000 initiations a second whose MAC1 is garbage: what it costs the daemon, and what it still does.

    Percent of one processor, percent of the forged datagrams that the daemon took from its socket, and percent of 20
    genuine handshakes that succeeded meanwhile.
    """
    pid = bed.daemons[1].pid
    received = received_and_dropped(bed)
    before, start = processor_seconds(pid), time.monotonic()
    forger = bed.start(0, LOAD, "forge", ADDRESS, PORT, FORGED_RATE, seconds, stdout=subprocess.PIPE, text=True)
    try:
        time.sleep(seconds / 3)
        genuine = speak(bed, "burst", 20, 1)
        output, _ = forger.communicate(timeout=seconds + 10)
    finally:
        stop(forger)
    spent, elapsed = processor_seconds(pid) - before, time.monotonic() - start
    forged = json.loads(output)
    if forged["sent"] < 0.9 * FORGED_RATE * forged["seconds"]:
        raise RuntimeError(f"the forger was too slow: {forged}")
    got = received_and_dropped(bed)[0] - received[0]
    return {
        "forged": 100 * spent / min(elapsed, forged["seconds"]),
        "forged_taken": 100 * min(1, got / forged["sent"]),
        "forged_genuine": 100 * genuine["verified"] / 20,
    }


def peer_bytes(bed, count):
    """Memory that each of `count` configured peers without a session takes."""
    before = resident_bytes(bed.daemons[0].pid)
    bed.add_peers(0, [os.urandom(31).hex() + "40" for _ in range(count)])
    time.sleep(0.5)
    return (resident_bytes(bed.daemons[0].pid) - before) / count
