"""The chart: for each target how many times better than its counterpart, on a logarithmic scale, as SVG."""

import math
from html import escape

WIDTH, LABEL, RIGHT, ROW, TOP = 900, 420, 70, 20, 66
STYLE = """
  .paper { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif }
  .title { font-size: 15px; font-weight: 600 } .faint { fill: #59636e } .grid { stroke: #d1d9e0 }
  .met { fill: #2da44e } .unmet { fill: #bf8700 } .goal { stroke: #cf222e; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid { stroke: #3d444d }
    .met { fill: #3fb950 } .unmet { fill: #d29922 } .goal { stroke: #f85149 }
  }
"""


def bars(targets, figures):
    """(title, times better, times better as the target asks, met) of each target that has a figure."""
    found = []
    for target in targets:
        figure = target.pick(figures)
        # A row that only qualifies the one above is no bar.
        if figure is None or figure.value <= 0 or target.title.startswith("…"):
            continue
        value, goal = figure.value, target.limit
        if target.counterpart is None:
            # An absolute target is its own counterpart.
            value, goal = value / target.limit, 1
        if not target.at_least:
            value, goal = 1 / value, 1 / goal
        against = target.counterpart or "the limit"
        found.append((f"{target.title}, against {against}", value, goal, target.met(figure)))
    return found


class Axis:
    """A logarithmic scale that has room for all values and for 1."""

    def __init__(self, values):
        self.low = min(0.5, *(value * 0.9 for value in values))
        self.high = max(2, *(value * 1.1 for value in values))

    def place(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return LABEL + share * (WIDTH - LABEL - RIGHT)

    def ticks(self):
        """1, 2, 5, 10, … and their reciprocals that lie on the scale."""
        steps = [digit * 10.0 ** power for power in range(-3, 4) for digit in (1, 2, 5)]
        return [step for step in steps if self.low <= step <= self.high]


def draw(title, subtitle, rows):
    """The SVG of rows as `bars` makes them."""
    axis = Axis([value for _, *values, _ in rows for value in values] or [1])
    height = TOP + ROW * len(rows) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>',
        f'<text class="title" x="16" y="26">{escape(title)}</text>',
        f'<text class="faint" x="16" y="46">{escape(subtitle)}</text>',
    ]
    bottom = TOP + ROW * len(rows)
    for tick in axis.ticks():
        x = f"{axis.place(tick):.1f}"
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{bottom + 4}"/>')
        parts.append(f'<text class="faint" x="{x}" y="{bottom + 20}" text-anchor="middle">{tick:g}×</text>')
    for number, (label, value, goal, met) in enumerate(rows):
        y = TOP + ROW * number
        start, end = sorted((axis.place(1), axis.place(value)))
        parts += [
            f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>',
            f'<rect class="{"met" if met else "unmet"}" x="{start:.1f}" y="{y + 4}" '
            f'width="{max(1, end - start):.1f}" height="12" rx="2"/>',
            f'<line class="goal" x1="{axis.place(goal):.1f}" x2="{axis.place(goal):.1f}" y1="{y + 1}" y2="{y + 19}"/>',
            f'<text x="{max(end, axis.place(goal)) + 6:.1f}" y="{y + 14}">{value:.3g}×</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])
