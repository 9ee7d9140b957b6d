import time

from case import LONG, Case
from laboratory import read, run


class Refreshed(Case):
    """A peer whose name leads to another address is found again."""

    def setUp(self):
        super().setUp()
        self.lab.far()
        self.lab.file(
            ["Address = 10.88.0.1/24"],
            ["AllowedIPs = 203.0.113.1/32", "Endpoint = vpn.example:51999", "PersistentKeepalive = 5"])

    def refresh(self, *options, check=True):
        lab = self.lab
        return lab.at(lab.here, [lab.needletail, "refresh", *options, lab.path], check=check, env=lab.environment())

    def endpoint(self):
        return self.lab.at(self.lab.here, ["wg", "show", self.lab.name, "endpoints"]).stdout.split()[1]

    def reaches(self):
        words = ["ping", "-c", "1", "-W", "1", "203.0.113.1"]
        return self.lab.at(self.lab.here, words, check=False).returncode == 0

    def eventually(self, holds, seconds):
        end = time.monotonic() + seconds
        while not holds():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)

    def test_a_peer_that_moved_is_found(self):
        lab = self.lab
        lab.hosts("10.77.0.9")
        lab.ours("up")
        self.assertEqual(self.refresh().stdout, "", "the name leads where the tunnel sends to")
        self.assertFalse(self.reaches())
        lab.hosts("10.77.0.2")
        self.assertEqual(self.refresh().stdout, f"{lab.name}  {lab.far_public}  10.77.0.2:51999\n")
        self.assertEqual(self.endpoint(), "10.77.0.2:51999")
        self.eventually(self.reaches, 15)
        # It answers: nothing is looked up, so that a name without an address is not noticed.
        lab.hosts(None)
        self.assertEqual(self.refresh().stdout, "")
        lab.ours("down")
        self.assertNothingLeft()

    def test_a_name_without_an_address_and_a_tunnel_that_is_down_are_said(self):
        lab = self.lab
        lab.hosts("10.77.0.9")
        lab.ours("up")
        lab.hosts(None)
        result = self.refresh(check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{lab.name}: peer {lab.far_public}: ", result.stderr)
        self.assertIn("vpn.example:51999", result.stderr)
        lab.ours("down")
        result = self.refresh(check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{lab.name} cannot be asked", result.stderr)
        self.assertNothingLeft()

    def test_a_watch_finds_it_by_itself(self):
        """In the long tier after a handshake, so that the peer has to be silent for 135 s first."""
        lab = self.lab
        lab.hosts("10.77.0.2" if LONG else "10.77.0.9")
        lab.ours("up")
        if LONG:
            self.eventually(self.reaches, 15)
            lab.at(lab.there, ["ip", "address", "delete", "10.77.0.2/24", "dev", "eth0"])
            # It knows nobody there, so that nothing comes from it.
            lab.kill_daemon(lab.there)
            lab.at(lab.there, ["ip", "address", "add", "10.77.0.3/24", "dev", "eth0"])
            lab.serve_far()
        new = "10.77.0.3" if LONG else "10.77.0.2"
        lab.hosts(new)
        with open(lab.folder + "/watch", "w", encoding="utf-8") as output:
            watch = lab.start(lab.here, [lab.needletail, "refresh", "--watch=1", lab.path], output)
            begin = time.monotonic()
            self.eventually(lambda: self.endpoint().startswith(new), 150 if LONG else 15)
            if LONG:
                self.assertGreater(time.monotonic() - begin, 100, "not before the peer was silent")
            self.eventually(self.reaches, 15)
            self.assertEqual(read(lab.folder + "/watch"), f"{lab.name}  {lab.far_public}  {new}:51999\n")
            watch.kill()
            watch.wait()
        # The program below `ip`, should there be one.
        for process in run(["ip", "netns", "pids", lab.here]).stdout.split():
            run(["kill", process], check=False)
        lab.ours("down")
        self.assertNothingLeft()
