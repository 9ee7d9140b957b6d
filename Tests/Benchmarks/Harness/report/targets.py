"""The target table: what each row asks for, and where its figure comes from."""

import statistics
from dataclasses import dataclass
from typing import Callable, Optional

from report.figures import BASELINE, OURS, Figure, form, spread


@dataclass
class Target:
    title: str
    limit: float
    # Whether the figure shall be at least the limit, or at most.
    at_least: bool
    unit: str
    pick: Callable
    # What the figure is compared with, for the chart; the limit itself when it is absolute.
    counterpart: Optional[str] = None
    stretch: Optional[float] = None

    def met(self, figure):
        """Whether the figure is what the row asks for; nothing is met without one."""
        return self.reaches(figure, self.limit)

    def reaches(self, figure, limit):
        return figure is not None and (figure.value >= limit if self.at_least else figure.value <= limit)

    def demand(self):
        """The target in words."""
        sign = "≥" if self.at_least else "≤"
        unit = f" {self.unit}" if self.unit else ""
        against = f" × {self.counterpart}" if self.counterpart else unit
        text = f"{sign} {form(self.limit)}{against}"
        return text + (f"; stretch {form(self.stretch)}" if self.stretch else "")


def beside(title, key, limit, at_least, unit, stretch=None, scale=1):
    """A measure of the daemons as a ratio to the baseline's inside a round."""

    def pick(figures):
        ratios = figures.ratios(OURS, key)
        if not ratios:
            return None
        ours, theirs = (statistics.median(figures.values(who, key)) * scale for who in (OURS, BASELINE))
        text = f"**×{spread(ratios)}**: {form(ours)} against {form(theirs)} {unit}"
        return Figure(statistics.median(ratios), text)

    return Target(title, limit, at_least, unit, pick, BASELINE, stretch)


def absolute(title, key, limit, at_least, unit, stretch=None, scale=1):
    """A measure of our daemon alone; the other's is shown beside it."""

    def pick(figures):
        values = [value * scale for value in figures.values(OURS, key)]
        if not values:
            return None
        theirs = [value * scale for value in figures.values(BASELINE, key)]
        text = f"**{spread(values)} {unit}**" + (f"; {BASELINE} {spread(theirs)}" if theirs else "")
        return Figure(statistics.median(values), text)

    return Target(title, limit, at_least, unit, pick, None, stretch)


def faster(title, row, to, limit, who=None):
    """How many times faster than a library, by the best kernel or the one that is named."""

    def pick(figures):
        found = [line for line in figures.picked(row, who, to) if "ratio" in line]
        if not found:
            return None
        best = max(found, key=lambda line: line["ratio"])
        return Figure(best["ratio"], f"**×{form(best['ratio'])}**: {best['who']}, {form(best['ns'])} ns")

    return Target(title, limit, True, "", pick, to)


def lookup(family, size, limit):
    """Nanoseconds of one look-up among `size` random prefixes."""

    def pick(figures):
        found = figures.picked(f"lookup {family} {size}")
        best = min((line["ns"] for line in found if "ns" in line), default=None)
        return None if best is None else Figure(best, f"**{form(best)} ns**")

    title = f"Allowed-IP look-up, {family}, {size:,} prefix" + ("es" if size > 1 else "")
    return Target(title, limit, False, "ns", pick)


def prefix_memory(family):
    def pick(figures):
        found = [line["bytes"] for line in figures.picked(f"memory {family} 1000000") if "bytes" in line]
        return Figure(found[0], f"**{form(found[0])} bytes**") if found else None

    return Target(f"Memory of a prefix, {family}, 1,000,000 prefixes", 96, False, "bytes", pick)


def driver(direction):
    """The worst of the kernels decides."""

    def pick(figures):
        found = {row: ratio for row, ratio in figures.driver.items() if row.startswith(direction)}
        if not found:
            return None
        text = ", ".join(f"{row.partition(', ')[2]} {form(ratio)}" for row, ratio in found.items())
        return Figure(max(found.values()), f"**×{form(max(found.values()))}**: {text}")

    return Target(f"Driver, {direction} 1420 B, beyond a copy", 1.25, False, "", pick, "cipher alone")


TUNNEL = [
    beside("TCP, 1 stream", "tcp1", 9, True, "Gbit/s", stretch=11),
    beside("TCP, 4 streams", "tcp4", 9, True, "Gbit/s", stretch=11),
    beside("CPU of both daemons, 1 stream", "cpu1", 0.10, False, "s/GB", stretch=0.085),
    beside("CPU of both daemons, 4 streams", "cpu4", 0.10, False, "s/GB", stretch=0.085),
    beside("UDP 64 B, highest rate at ≤ 1 % loss", "udp64", 2.5, True, "thousand/s", stretch=3, scale=1e-3),
    beside("UDP 1392 B flood, received", "udp1392", 4, True, "Mbit/s"),
    beside("Round trip, median", "rtt50", 0.55, False, "µs"),
    beside("Round trip, 99th percentile", "rtt99", 0.55, False, "µs"),
]
HANDSHAKES = [
    absolute("Handshake, responder's CPU", "handshake_cpu", 230, False, "µs", stretch=200),
    absolute("50,000 garbage initiations/s, daemon's CPU", "forged", 10, False, "% of a processor"),
    absolute("… of them taken from the socket", "forged_taken", 99, True, "%"),
    absolute("… genuine handshakes that succeed meanwhile", "forged_genuine", 100, True, "%"),
]
MEMORY = [
    absolute("Memory, idle", "rss_idle", 8, False, "MB", scale=1e-6),
    absolute("Memory, high water under load", "rss_high", 32, False, "MB", scale=1e-6),
    absolute("Memory of a configured peer without a session", "peer_bytes", 1024, False, "bytes"),
    absolute("Memory of a peer's set of live sessions", "session_bytes", 4096, False, "bytes"),
]
CRYPTOGRAPHY = [
    *(faster(f"{verb.capitalize()} 1420 B", f"{verb} 1420", to, limit) for verb in ("seal", "open")
      for to, limit in (("libsodium", 2.0), ("OpenSSL", 1.5), ("BoringSSL", 1.0))),
    faster("Batch of 44 packets of 1420 B", "batch 44x1420", "libsodium", 2.4),
    *(faster(f"{verb.capitalize()} 64 B", f"{verb} 64", "libsodium", 2.0) for verb in ("seal", "open")),
    *(faster(f"{verb.capitalize()} 1420 B, {name}", f"{verb} 1420", "libsodium", limit, who)
      for name, who, limit in (("SSSE3", "SSSE3", 1.4), ("SSE2 alone", "portable", 1.2)) for verb in ("seal", "open")),
    faster("X25519, any point", "X25519", "OpenSSL", 0.9),
    *(faster(f"BLAKE2s, {size} B", f"BLAKE2s {size}", "OpenSSL", 1.1) for size in (64, 148, 1024)),
]
ROUTING = [
    *(lookup("IPv4", size, limit) for size, limit in ((1, 15), (100, 30), (10_000, 60), (1_000_000, 150))),
    *(lookup("IPv6", size, limit) for size, limit in ((1, 25), (100, 50), (10_000, 120), (1_000_000, 300))),
    prefix_memory("IPv4"),
    prefix_memory("IPv6"),
]
DRIVER = [driver("seal"), driver("open")]
ALL = [*TUNNEL, *HANDSHAKES, *MEMORY, *CRYPTOGRAPHY, *ROUTING, *DRIVER]
