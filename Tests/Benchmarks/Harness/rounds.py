"""One round of the measures: which there are, in which order, and how long each takes."""

import contextlib
import statistics
import subprocess
import sys
from dataclasses import dataclass
from typing import Callable

import handshakes
import traffic
from bed import Bed
from usage import high_water_bytes, resident_bytes


@dataclass
class Step:
    # Takes a bed and the scale, and gives a dictionary of measures.
    body: Callable
    # Turns of everybody in a round; the median of the turns is the round's figure. Short turns that follow each other
    # closely see the same machine.
    turns: int = 1


def tcp_seconds(scale):
    return max(1, round(2 * scale))


def idle(bed, _):
    pids = [process.pid for process in bed.daemons]
    return {"rss_idle": max(map(resident_bytes, pids)),
            "own_idle": max(resident_bytes(pid, "Anonymous") for pid in pids)}


def warm_up(bed, _):
    traffic.tcp(bed, 1, 1)
    return {}


def tcp(streams):
    def body(bed, scale):
        rate, cost = traffic.tcp(bed, streams, tcp_seconds(scale))
        return {f"tcp{streams}": rate, f"cpu{streams}": cost}

    return body


def one_processor(bed, scale):
    rate, cost = traffic.tcp_on_one_processor(bed, 1, tcp_seconds(scale))
    return {"tcp1_alone": rate, "cpu1_alone": cost}


def high_water(bed, _):
    return {"rss_high": max(high_water_bytes(process.pid) for process in bed.daemons)}


def small_datagrams(bed, scale):
    return {"udp64": traffic.highest_rate(bed, 64, max(0.2, 0.3 * scale))}


def large_datagrams(bed, scale):
    return {"udp1392": traffic.flood(bed, 1392, max(0.5, scale))}


def round_trips(bed, scale):
    median, tail = traffic.round_trips(bed, max(300, round(1000 * scale)))
    return {"rtt50": median, "rtt99": tail}


def crowd(bed, _):
    handshakes.add_crowd(bed)
    return {}


def responses(bed, scale):
    cost, rate = handshakes.responses(bed, max(1000, round(2000 * scale)))
    return {"handshake_cpu": cost, "handshake_rate": rate}


def forged(bed, scale):
    return handshakes.forged_flood(bed, max(1, 2 * scale))


STEPS = [
    Step(idle), Step(warm_up), Step(tcp(1), turns=3), Step(tcp(4), turns=3), Step(high_water),
    Step(one_processor), Step(small_datagrams), Step(large_datagrams, turns=3), Step(round_trips, turns=7), Step(crowd),
    Step(responses, turns=3), Step(forged, turns=2),
]


def attempt(step, bed, scale):
    """A turn's measures; none when it fails twice, which other work on the machine can cause."""
    for _ in range(2):
        try:
            return step.body(bed, scale)
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(f"  {bed.daemon}: {error}", file=sys.stderr, flush=True)
    return {}


def medians(turns):
    """The median of each measure over the turns that have it."""
    keys = {key for turn in turns for key in turn}
    return {key: statistics.median(turn[key] for turn in turns if key in turn) for key in keys}


def one_round(daemons, number, scale, steps=None):
    """The measures of every daemon by name, in round `number`."""
    figures = {name: {} for name in daemons}
    with contextlib.ExitStack() as stack:
        beds = {name: stack.enter_context(Bed(daemon, place)) for place, (name, daemon) in enumerate(daemons.items())}
        order = list(daemons)[:: -1 if number % 2 else 1]
        for step in steps or STEPS:
            turns = {name: [] for name in daemons}
            for _ in range(step.turns):
                for name in order:
                    turns[name].append(attempt(step, beds[name], scale))
                order.reverse()
            for name, found in turns.items():
                figures[name].update(medians(found))
    return figures
