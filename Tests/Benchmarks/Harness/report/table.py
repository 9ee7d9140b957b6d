"""Tables in Markdown, and the place in a document where they go."""

import statistics

from report.figures import BASELINE, OURS, form, spread

# Measures that are no target, or more of one than its row shows.
MEASURES = [
    ("tcp1", "TCP, 1 stream, Gbit/s", 1),
    ("tcp4", "TCP, 4 streams, Gbit/s", 1),
    ("cpu1", "CPU of both daemons, 1 stream, s/GB", 1),
    ("cpu4", "CPU of both daemons, 4 streams, s/GB", 1),
    ("tcp1_alone", "TCP, 1 stream, all on one processor, Gbit/s", 1),
    ("cpu1_alone", "… CPU of both daemons, s/GB", 1),
    ("udp64", "UDP 64 B at ≤ 1 % loss, thousand/s", 1e-3),
    ("udp1392", "UDP 1392 B flood, received, Mbit/s", 1),
    ("rtt50", "round trip, median, µs", 1),
    ("rtt99", "round trip, 99th percentile, µs", 1),
    ("handshake_cpu", "handshake, responder's CPU, µs", 1),
    ("handshake_rate", "handshakes/s", 1),
    ("forged", "garbage MAC1, 50,000/s: daemon, % of a processor", 1),
    ("forged_taken", "… taken from the socket, %", 1),
    ("forged_genuine", "… genuine handshakes that succeed, %", 1),
    ("rss_idle", "memory idle, MB", 1e-6),
    ("own_idle", "… of it not pages of programs and libraries, MB", 1e-6),
    ("rss_high", "memory high water, MB", 1e-6),
    ("peer_bytes", "memory of a configured peer, bytes", 1),
    ("session_bytes", "memory of a peer's live sessions, bytes", 1),
]


def verdict(target, figure):
    """What the last column says."""
    if figure is None:
        return "no figure"
    if not target.met(figure):
        return "**not met**"
    return "met, stretch too" if target.stretch and target.reaches(figure, target.stretch) else "met"


def target_table(targets, figures):
    """Every row of the target table with its figure, or the words that there is none."""
    lines = ["| what | target | measured | |", "|---|---|---|---|"]
    for target in targets:
        figure = target.pick(figures)
        text = figure.text if figure else "no figure"
        lines.append(f"| {target.title} | {target.demand()} | {text} | {verdict(target, figure)} |")
    return "\n".join(lines)


def daemon_table(figures):
    """Median [least … most] of each measure, and our median in-round ratio to the baseline."""
    names = list(figures.rounds)
    lines = ["| measure | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for key, title, scale in MEASURES:
        cells = []
        for name in names:
            values = [value * scale for value in figures.values(name, key)]
            cell = spread(values) if values else "no figure"
            ratios = figures.ratios(name, key) if name == OURS and BASELINE in names else []
            cells.append(cell + (f" **×{form(statistics.median(ratios))}**" if ratios else ""))
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def put(text, subject, report):
    """The document with `report` between the subject's markers."""
    begin, end = f"<!-- {subject}: begin -->", f"<!-- {subject}: end -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no markers {begin} and {end}")
    return head + begin + "\n" + report.strip() + "\n" + end + tail
