"""All that one run of the benchmarks measured, and how a figure is picked out of it."""

import statistics
from dataclasses import dataclass, field

OURS, BASELINE = "needletaild", "wireguard-go"
# Counterparts of the cryptography; they run as contenders too.
LIBRARIES = {"libsodium", "OpenSSL", "BoringSSL"}


@dataclass
class Figures:
    # By daemon, a dictionary of measures for each round.
    rounds: dict = field(default_factory=dict)
    # Objects that the Swift benchmarks printed.
    lines: list = field(default_factory=list)
    # (driver − copy) / cipher of the driver's benchmark.
    driver: dict = field(default_factory=dict)

    def values(self, who, key):
        """One measure in the rounds that have it."""
        return [figures[key] for figures in self.rounds.get(who, []) if key in figures]

    def ratios(self, who, key, base=BASELINE):
        """The measure in terms of the baseline's, taken inside each round."""
        pairs = zip(self.rounds.get(who, []), self.rounds.get(base, []))
        return [a[key] / b[key] for a, b in pairs if key in a and b.get(key)]

    def picked(self, row, who=None, to=None):
        """The objects of a row, of one contender or of all that are ours, against one counterpart or any."""
        return [line for line in self.lines
                if line.get("row") == row and line.get("who") not in LIBRARIES
                and who in (None, line.get("who")) and to in (None, line.get("to"))]


@dataclass
class Figure:
    value: float
    text: str


def form(value):
    """Three significant digits, thousands and more in full."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def spread(values):
    """The median, and in brackets the least and the most when they differ."""
    middle, least, most = map(form, (statistics.median(values), min(values), max(values)))
    return middle if least == most else f"{middle} [{least} … {most}]"
