#!/usr/bin/env python3
"""check.py NEEDLETAIL NEEDLETAILD [TEST...]: `needletail up` and `down` beside the installed wg-quick, as root.

The same files are brought up with both in the same network namespace; what the system has afterwards is equal, and after
going down nothing is left. Then `up` and `down` are killed at system calls of each kind that they make, counted one by one.
With NEEDLETAIL_LONG=1 at every one, else at every sixth of two kinds.
"""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from case import PROGRAMS  # noqa: E402
from alone import Alone  # noqa: E402, F401
from apart import Apart  # noqa: E402, F401
from beside_quick import BesideQuick  # noqa: E402, F401
from captured import Captured  # noqa: E402, F401
from guarded import Guarded  # noqa: E402, F401
from killed import Killed  # noqa: E402, F401
from looped import Looped  # noqa: E402, F401
from narrowed import Narrowed  # noqa: E402, F401
from probed import Probed  # noqa: E402, F401
from refreshed import Refreshed  # noqa: E402, F401
from slept import Slept  # noqa: E402, F401
from switched import Switched  # noqa: E402, F401
from told import Told  # noqa: E402, F401

if __name__ == "__main__":
    # So that what is open is closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    PROGRAMS += sys.argv[1:3]
    sys.exit(unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2))
