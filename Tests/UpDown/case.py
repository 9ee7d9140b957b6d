"""What the tests share."""

import os
import time
import unittest

from laboratory import Laboratory

LONG = os.environ.get("NEEDLETAIL_LONG") == "1"
# needletail and needletaild.
PROGRAMS = []
ENDPOINT = ["Endpoint = 10.77.0.2:51999"]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.lab = Laboratory(*PROGRAMS)
        self.addCleanup(self.lab.close)
        self.before = self.lab.state()

    def assertNothingLeft(self, message="", marks=None):
        deadline = time.monotonic() + 5
        while self.lab.left_behind() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertEqual(self.lab.left_behind(), [], message)
        state = self.lab.state()
        if marks is not None:
            state["source marks"] = self.before["source marks"]
        self.assertEqual(state, self.before, message)

    def hooks(self, *kinds):
        return [f"{kind} = echo {kind} %i >>{self.lab.hooks}" for kind in kinds]
