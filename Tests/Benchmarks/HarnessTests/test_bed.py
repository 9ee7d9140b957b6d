"""Nothing of a bed stays behind, whatever ends the harness. Needs root and wireguard-go."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import unittest

HARNESS = os.path.join(os.path.dirname(__file__), "..", "Harness")
sys.path.insert(0, HARNESS)

from bed import PREFIX, SOCKETS, sweep  # noqa: E402
from traffic import bind  # noqa: E402

# Says so when the tunnel stands, and waits.
SCRIPT = """
import time
from bed import Bed
from processes import Spinners, interrupt_on_signals
interrupt_on_signals()
with Spinners() as spinners, Bed("wireguard-go") as bed:
    print(*(process.pid for process in bed.daemons + spinners.processes), flush=True)
    time.sleep(60)
"""


def traces(pid):
    """The namespaces and the control sockets that the harness of this process made."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    sockets = [name for name in os.listdir(SOCKETS) if name.startswith(f"nt{pid}-")]
    return [line.split()[0] for line in listed.splitlines() if line.startswith(f"{PREFIX}{pid}-")] + sockets


def ended(pids):
    """Whether the processes have ended, within 5 s."""
    for _ in range(50):
        if not any(os.path.exists(f"/proc/{pid}") for pid in pids):
            return True
        time.sleep(0.1)
    return False


def end(pids):
    """What a harness that fails this test leaves."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


# Two threads and a child, and then it waits.
THREADS = """
import subprocess, sys, threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
time.sleep(60)
"""


class Binds(unittest.TestCase):
    def test_a_process_is_bound_with_its_threads_and_children(self):
        process = subprocess.Popen([sys.executable, "-c", THREADS], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(end, [process.pid])
        child = int(process.stdout.readline())
        self.addCleanup(end, [child])
        threads = [int(name) for pid in (process.pid, child) for name in os.listdir(f"/proc/{pid}/task")]
        self.assertEqual(len(threads), 3)
        everywhere = os.sched_getaffinity(0)
        for processors in ({min(everywhere)}, everywhere):
            bind(process.pid, processors)
            for thread in threads:
                self.assertEqual(os.sched_getaffinity(thread), processors)


class Ends(unittest.TestCase):
    def end_by(self, number):
        """Ends a harness with a signal and returns its process and those it had started."""
        process = subprocess.Popen([sys.executable, "-B", "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, cwd=HARNESS)
        started = [int(word) for word in process.stdout.readline().split()]
        self.addCleanup(end, started)
        self.assertGreaterEqual(len(started), 3, "the tunnel did not come up")
        self.assertEqual(len(traces(process.pid)), 4)
        process.send_signal(number)
        process.communicate(timeout=20)
        return process, started

    def test_a_signal_takes_everything_with_it(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number):
                process, started = self.end_by(number)
                self.assertEqual(traces(process.pid), [])
                self.assertTrue(ended(started))

    def test_a_killed_harness_leaves_no_process_and_the_next_one_sweeps_its_nametraces(self):
        process, started = self.end_by(signal.SIGKILL)
        self.assertTrue(ended(started))
        sweep()
        self.assertEqual(traces(process.pid), [])


if __name__ == "__main__":
    unittest.main()
