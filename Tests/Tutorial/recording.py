"""A terminal's session as an SVG picture that plays itself: what was typed, what came, line after line."""

import html

WIDTH, SIZE, LINE, MARGIN = 98, 14, 19, 16
# Seconds until the next line appears: what is typed takes longer than what comes.
TYPED, CAME = 0.9, 0.06


def lines_of(text, typed):
    """`text`, which a shell with `set -v` wrote, as pairs of a line and whether it was typed; `typed` are the lines that
    were."""
    rest = list(typed)
    result = []
    for line in text.splitlines():
        is_typed = bool(rest) and line == rest[0]
        if is_typed:
            rest.pop(0)
        result.append((line, is_typed))
    if rest:
        raise ValueError(f"was never typed: {rest[0]}")
    return result


def svg(lines):
    """The picture of `lines`; those too long are cut, as a terminal would break them."""
    height = len(lines) * LINE + 2 * MARGIN
    width = int(WIDTH * SIZE * 0.602) + 2 * MARGIN
    end = sum(TYPED if is_typed else CAME for _, is_typed in lines)
    body, time = [], 0.0
    for number, (line, is_typed) in enumerate(lines):
        time += TYPED if is_typed else CAME
        text = html.escape(("# " if is_typed else "") + line)[: 6 * WIDTH]
        text = text if len(line) <= WIDTH - 2 else html.escape(line[: WIDTH - 3]) + "…"
        kind = ' class="typed"' if is_typed else ""
        body.append(
            f'<text{kind} x="{MARGIN}" y="{MARGIN + (number + 1) * LINE - 5}" '
            f'style="animation-delay:{time:.2f}s" xml:space="preserve">{text}</text>')
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>A tunnel comes up: {end:.0f} seconds of a terminal</title>
<style>
rect {{ fill: #16181d }}
text {{ font: {SIZE}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d7dae0 }}
.typed {{ fill: #7fd1ae; font-weight: bold }}
@media (prefers-reduced-motion: no-preference) {{
  text {{ opacity: 0; animation: appear 0.01s linear forwards }}
}}
@keyframes appear {{ to {{ opacity: 1 }} }}
</style>
<rect width="{width}" height="{height}" rx="8"/>
{chr(10).join(body)}
</svg>
"""
