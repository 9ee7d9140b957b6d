import sys

from case import ENDPOINT, LONG, Case


class Killed(Case):
    """At whatever point `up` or `down` is killed, the next of them puts everything right."""

    # What changes something, or starts or awaits what does.
    CALLS = ("fsync", "wait4") + (("clone", "clone3", "vfork", "unlink", "rename", "symlink", "flock") if LONG else ())

    UP = ("up", "--kill-switch=auto", "--clamp-mss")

    def prepare(self):
        lines = ["Address = 10.88.0.1/24, fd88::1/64", "DNS = 10.88.0.9", "ListenPort = 51998"]
        hooks = self.hooks("PreUp", "PostUp", "PreDown", "PostDown")
        self.lab.file([*lines, *hooks], ["AllowedIPs = 0.0.0.0/0, ::/0, 10.9.0.0/16", *ENDPOINT])
        self.lab.ours(*self.UP)
        self.up = self.lab.state()
        self.lab.ours("down")
        self.assertNothingLeft()

    def kill(self, verb, call, number):
        """Whether the verb makes the call so often; then it was killed there."""
        under = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
        result = self.lab.ours(*(self.UP if verb == "up" else [verb]), check=False, under=under)
        self.assertIn(result.returncode, (0, 1, -9, 137), result.stderr)
        return result.returncode not in (0, 1)

    def test_up_killed(self):
        self.prepare()
        kills = 0
        for call in self.CALLS:
            number = 1
            while True:
                what = f"up killed at {call} {number}"
                was_killed = self.kill("up", call, number)
                if not was_killed:
                    self.lab.ours("down")
                elif kills % 2 == 0:
                    self.lab.ours(*self.UP)
                    self.assertEqual(self.lab.state(), self.up, what)
                    self.lab.ours("down")
                else:
                    # Killed before it changed anything, or when all was done.
                    self.lab.ours("down", check=False)
                self.assertNothingLeft(what)
                if not was_killed:
                    break
                kills += 1
                number += 1 if LONG else 6
        print(f"up was killed at {kills} points", file=sys.stderr)
        self.assertGreater(kills, 60 if LONG else 8)

    def test_down_killed(self):
        self.prepare()
        kills = 0
        for call in self.CALLS:
            number = 1
            while True:
                what = f"down killed at {call} {number}"
                self.lab.ours(*self.UP)
                self.lab.take(self.lab.hooks)
                was_killed = self.kill("down", call, number)
                if was_killed and kills % 2 == 0:
                    self.lab.ours(*self.UP, check=False)
                    self.assertEqual(self.lab.state(), self.up, what)
                self.lab.ours("down", check=False)
                self.assertNothingLeft(what)
                self.assertIn("PostDown", self.lab.take(self.lab.hooks), what)
                if not was_killed:
                    break
                kills += 1
                number += 1 if LONG else 6
        print(f"down was killed at {kills} points", file=sys.stderr)
        self.assertGreater(kills, 30 if LONG else 3)
