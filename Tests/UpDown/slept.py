import os
import struct
import time

from case import Case
from laboratory import run, write

# Nanoseconds in an hour.
HOUR = 3600 * 10**9


class Slept(Case):
    """A machine that sleeps and wakes: the clocks of the near end's daemon are moved by a library that is loaded before it."""

    def setUp(self):
        super().setUp()
        lab = self.lab
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sleep_shim.c")
        library = lab.folder + "/sleep_shim.so"
        run(["cc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, source, "-ldl"])
        self.slept, self.watch = lab.folder + "/slept", lab.folder + "/watch"
        self.move(0, 0)
        os.mkfifo(self.watch)
        lab.far()
        environment = dict(os.environ, LD_PRELOAD=library, NEEDLETAIL_SLEPT=self.slept, NEEDLETAIL_WATCH=self.watch)
        self.process = lab.start(lab.here, [lab.daemon, "-f", lab.name], environment=environment)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        deadline = time.monotonic() + 15
        while not os.path.exists(f"/var/run/wireguard/{lab.name}.sock"):
            self.assertLess(time.monotonic(), deadline, "the daemon did not start")
            time.sleep(0.05)
        write(
            lab.path,
            f"[Interface]\nPrivateKey = {lab.private}\nListenPort = 51998\n"
            f"[Peer]\nPublicKey = {lab.far_public}\nAllowedIPs = 203.0.113.0/24\nEndpoint = 10.77.0.2:51999\n", 0o600)
        lab.at(lab.here, ["wg", "setconf", lab.name, lab.path])
        for words in (
            ["address", "add", "10.88.0.1/24", "dev", lab.name], ["link", "set", lab.name, "up"],
            ["route", "add", "203.0.113.0/24", "dev", lab.name],
        ):
            lab.at(lab.here, ["ip", *words])
        lab.at(lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])

    def move(self, slept, stepped):
        # In place: the daemon has the file mapped.
        with open(self.slept, "r+b" if os.path.exists(self.slept) else "wb") as file:
            file.write(struct.pack("<qq", slept, stepped))

    def wake(self, slept, stepped=0):
        """The clocks have moved, and whoever watches them is told."""
        self.move(slept, stepped)
        with open(self.watch, "wb", buffering=0) as fifo:
            fifo.write(b"\0" * 8)

    def handshake(self):
        """When the far end, whose clock goes as ours, last saw a handshake."""
        return int(self.lab.at(self.lab.there, ["wg", "show", self.lab.name + "far", "latest-handshakes"]).stdout.split()[1])

    def test_a_handshake_within_five_seconds_of_a_resume(self):
        before = self.handshake()
        # The far end takes one initiation in 20 ms, and tells of handshakes in seconds.
        time.sleep(1.5)
        woken = time.time()
        self.wake(HOUR)
        deadline = time.monotonic() + 5
        while self.handshake() == before:
            self.assertLess(time.monotonic(), deadline, "nobody spoke, and there is no new session")
            time.sleep(0.1)
        self.assertGreaterEqual(self.handshake(), int(woken))
        self.lab.at(self.lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])
        # Once more, from another sleep.
        before = self.handshake()
        time.sleep(1.5)
        self.wake(2 * HOUR)
        deadline = time.monotonic() + 5
        while self.handshake() == before:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_a_clock_that_is_set_is_no_sleep(self):
        before = self.handshake()
        time.sleep(1.5)
        for step in (HOUR, -HOUR):
            self.wake(0, step)
            time.sleep(3)
            self.assertEqual(self.handshake(), before, "the session goes on")
        self.lab.at(self.lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])
