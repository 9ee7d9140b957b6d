"""Tables and chart of the benchmarks, from fixed figures."""

import json
import os
import re
import sys
import unittest
import xml.dom.minidom

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Harness"))

from programs import driver_ratios, parse_lines  # noqa: E402
from report import chart, targets  # noqa: E402
from report.figures import BASELINE, OURS, Figures, form, spread  # noqa: E402
from report.table import MEASURES, daemon_table, put, target_table, verdict  # noqa: E402

LINES = """
some text
{"row": "seal 1420", "who": "AVX2", "ns": 720.1, "ratio": 2.25, "to": "libsodium"}
{"row": "seal 1420", "who": "BoringSSL", "ns": 600, "ratio": 2.7, "to": "libsodium"}
{"row": "seal 1420", "who": "SSSE3", "ns": 1100, "ratio": 1.3, "to": "libsodium"}
{"row": "seal 1420", "who": "AVX2", "ns": 720.1, "ratio": 0.99, "to": "BoringSSL"}
{"row": "lookup IPv4 1000000", "who": "trie", "ns": 151}
{"row": "memory IPv6 1000000", "who": "trie", "bytes": 95.5}
"""
COST = """
| packet of 1420 bytes, ns | driver | driver that copies | cipher alone | (driver − copy) / cipher |
|---|---|---|---|---|
| seal, portable | 2279 | 706 | 1647 | **0.95** [0.88 … 1.02] |
| seal, AVX2 | 1791 | 706 | 958 | **1.26** [0.99 … 2.03] |
| open, AVX2 | 2242 | 1242 | 907 | **1.14** [0.22 … 1.64] |
"""


def figures():
    ours = [{"tcp1": rate, "rtt50": 60, "rss_idle": 9e6} for rate in (4, 10, 2)]
    theirs = [{"tcp1": rate, "rtt50": 100, "rss_idle": 5e6} for rate in (0.5, 1, 0.1)]
    return Figures({OURS: ours, BASELINE: theirs}, parse_lines(LINES), driver_ratios(COST))


def row(title, counterpart=None):
    found = [target for target in targets.ALL if target.title == title and target.counterpart in (counterpart, None)]
    assert len(found) == 1, f"{len(found)} rows {title} against {counterpart}"
    return found[0]


class Targets(unittest.TestCase):
    def judged(self, title, counterpart=None):
        target = row(title, counterpart)
        figure = target.pick(figures())
        return figure and figure.value, verdict(target, figure)

    def test_a_ratio_is_the_median_of_ratios_inside_rounds(self):
        # 8, 10 and 20; the ratio of the medians is 8.
        self.assertEqual(self.judged("TCP, 1 stream", BASELINE), (10, "met"))

    def test_a_smaller_figure_can_be_the_better_one(self):
        self.assertEqual(self.judged("Round trip, median", BASELINE), (0.6, "**not met**"))

    def test_an_absolute_figure_is_ours_in_the_row_s_unit(self):
        self.assertEqual(self.judged("Memory, idle"), (9, "**not met**"))

    def test_the_best_kernel_or_the_named_one_is_picked(self):
        self.assertEqual(self.judged("Seal 1420 B", "libsodium"), (2.25, "met"))
        self.assertEqual(self.judged("Seal 1420 B", "BoringSSL"), (0.99, "**not met**"))
        self.assertEqual(self.judged("Seal 1420 B, SSSE3", "libsodium"), (1.3, "**not met**"))

    def test_look_ups_and_memory(self):
        self.assertEqual(self.judged("Allowed-IP look-up, IPv4, 1,000,000 prefixes"), (151, "**not met**"))
        self.assertEqual(self.judged("Memory of a prefix, IPv6, 1,000,000 prefixes"), (95.5, "met"))

    def test_the_worst_kernel_of_the_driver_decides(self):
        self.assertEqual(self.judged("Driver, seal 1420 B, beyond a copy", "cipher alone"), (1.26, "**not met**"))
        self.assertEqual(self.judged("Driver, open 1420 B, beyond a copy", "cipher alone"), (1.14, "met"))

    def test_the_stretch_is_named_when_reached(self):
        fast = figures()
        for measured in fast.rounds[OURS]:
            measured["tcp1"] *= 2
        target = row("TCP, 1 stream", BASELINE)
        self.assertEqual(verdict(target, target.pick(fast)), "met, stretch too")

    def test_a_missing_row_has_no_figure_and_is_not_met(self):
        nothing = Figures()
        for target in targets.ALL:
            self.assertIsNone(target.pick(nothing), target.title)
            self.assertFalse(target.met(None))
        table = target_table(targets.ALL, nothing)
        self.assertEqual(table.count("| no figure | no figure |"), len(targets.ALL))

    def test_a_round_without_the_measure_is_left_out_of_the_ratio(self):
        some = figures()
        del some.rounds[BASELINE][0]["tcp1"]
        self.assertEqual(some.ratios(OURS, "tcp1"), [10, 20])


class Tables(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual([form(value) for value in (0.08512, 9, 12.345, 1234.5)], ["0.0851", "9", "12.3", "1,234"])
        self.assertEqual(spread([3, 1, 2]), "2 [1 … 3]")
        self.assertEqual(spread([2, 2]), "2")

    def test_every_measure_of_the_daemons_has_a_line(self):
        table = daemon_table(figures())
        self.assertIn("| TCP, 1 stream, Gbit/s | 4 [2 … 10] **×10** | 0.5 [0.1 … 1] |", table)
        self.assertEqual(len(table.splitlines()), 2 + len(MEASURES))

    def test_a_report_replaces_what_is_between_its_own_markers(self):
        text = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n<!-- y: begin -->\nkept\n<!-- y: end -->\n"
        self.assertEqual(put(text, "x", "new\n"), text.replace("old", "new"))
        self.assertRaises(ValueError, put, text, "z", "new")

    def test_the_document_has_the_markers(self):
        path = os.path.join(os.path.dirname(__file__), "..", "..", "..", "Docs", "Benchmarks.md")
        with open(path) as file:
            text = file.read()
        for subject in ("targets", "tunnel", "driver"):
            put(text, subject, "")


class Charts(unittest.TestCase):
    def test_bars_point_to_the_better_side(self):
        bars = {title: rest for title, *rest in chart.bars(targets.ALL, figures())}
        self.assertEqual(bars["TCP, 1 stream, against wireguard-go"], [10, 9, True])
        value, goal, met = bars["Round trip, median, against wireguard-go"]
        self.assertAlmostEqual(value, 1 / 0.6)
        self.assertAlmostEqual(goal, 1 / 0.55)
        self.assertFalse(met)
        self.assertAlmostEqual(bars["Memory, idle, against the limit"][0], 8 / 9)

    def test_the_scale_is_logarithmic_and_holds_everything(self):
        axis = chart.Axis([0.3, 20])
        self.assertAlmostEqual(axis.place(4) - axis.place(2), axis.place(2) - axis.place(1))
        self.assertGreater(axis.place(0.3), chart.LABEL)
        self.assertLess(axis.place(20), chart.WIDTH - chart.RIGHT)

    def test_the_drawing_is_well_formed_and_has_a_bar_and_a_line_for_each_row(self):
        rows = chart.bars(targets.ALL, figures())
        drawing = chart.draw("A & B", "<medians>", rows)
        xml.dom.minidom.parseString(drawing)
        self.assertEqual(len(re.findall(r'class="(?:met|unmet)"', drawing)), len(rows))
        self.assertEqual(drawing.count('class="goal"'), len(rows))
        self.assertIn("prefers-color-scheme: dark", drawing)

    def test_a_chart_without_rows_is_well_formed(self):
        xml.dom.minidom.parseString(chart.draw("Nothing", "", []))


class Programs(unittest.TestCase):
    def test_lines_that_are_no_objects_are_read_over(self):
        self.assertEqual(len(parse_lines(LINES)), 6)
        self.assertRaises(json.JSONDecodeError, parse_lines, "{half")


if __name__ == "__main__":
    unittest.main()
