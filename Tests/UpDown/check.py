#!/usr/bin/env python3
"""check.py NEEDLETAIL NEEDLETAILD [TEST...]: `needletail up` and `down` beside the installed wg-quick, as root.

The same files are brought up with both in the same network namespace; what the system has afterwards is equal, and after
going down nothing is left. Then `up` and `down` are killed at system calls of each kind that they make, counted one by one.
With NEEDLETAIL_LONG=1 at every one, else at every seventh.
"""

import os
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from laboratory import Laboratory, read, run, write  # noqa: E402

LONG = os.environ.get("NEEDLETAIL_LONG") == "1"
PROGRAMS = []
ENDPOINT = ["Endpoint = 10.77.0.2:51999"]
HOOKS = "echo {0} %i >>{1}"


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


class BesideQuick(Case):
    """What wg-quick leaves, `needletail` leaves."""

    def compare(self, what, interface, *peers, before=None):
        with self.subTest(what):
            lab = self.lab
            hooks = self.hooks("PreUp", "PostUp", "PreDown", "PostDown")
            lab.file(["ListenPort = 51998", *interface, *hooks], *peers)
            results = []
            for tool in (lab.quick, lab.ours):
                tool("up")
                up = (lab.state(), lab.take(lab.log), lab.take(lab.hooks))
                tool("down")
                self.assertNothingLeft(f"{what}: {tool.__name__}", marks="wg-quick leaves them")
                results.append((*up, lab.take(lab.log), lab.take(lab.hooks)))
                lab.at(lab.here, ["sysctl", "-q", "net.ipv4.conf.all.src_valid_mark=0"])
            self.assertEqual(results[0], results[1], what)
            self.assertIn(lab.name, results[1][0]["links"], "it was up")

    def test_the_same_files_lead_to_the_same_system(self):
        both = ["Address = 10.88.0.1/24, fd88::1/64"]
        self.compare("networks", both, ["AllowedIPs = 10.9.0.0/16, fd09::/32, 10.88.0.2/32", *ENDPOINT])
        self.compare("nothing", [], ["AllowedIPs = 10.9.0.0/16"])
        self.compare("no endpoint, hosts", ["Address = 10.88.0.1/32, fd88::1/128"], ["AllowedIPs = 10.88.0.2/32, fd88::2/128"])
        self.compare("MTU", [*both, "MTU = 1333"], ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])
        self.compare(
            "name servers", [*both, "DNS = 10.88.0.9, fd88::9, corp.example", "DNS = lab.example"], ["AllowedIPs = 10.9.0.0/16"])
        self.compare("everything", both, ["AllowedIPs = 0.0.0.0/0, ::/0", *ENDPOINT])
        self.compare("everything of IPv6", both, ["AllowedIPs = ::/0, 10.9.0.0/16", "Endpoint = [fd77::2]:51999"])
        self.compare("everything, marked", [*both, "FwMark = 0x64"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        self.compare("table", [*both, "Table = 1234"], ["AllowedIPs = 0.0.0.0/0, 10.9.0.0/16, ::/0", *ENDPOINT])
        self.compare("no table", [*both, "Table = off", "FwMark = 7"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        self.compare(
            "two peers", both, ["AllowedIPs = 10.9.0.0/16", *ENDPOINT], ["AllowedIPs = 10.9.1.0/24, 10.9.0.0/16, fd09::/48"])

    def test_the_mtu_follows_the_way_to_the_peers(self):
        self.lab.at(self.lab.here, ["ip", "route", "add", "10.78.0.0/24", "via", "10.77.0.2", "mtu", "1300"])
        self.lab.at(self.lab.here, ["ip", "route", "add", "10.79.0.0/24", "via", "10.77.0.2", "mtu", "1400"])
        self.before = self.lab.state()
        address = ["Address = 10.88.0.1/24"]
        self.compare("one way", address, ["AllowedIPs = 10.9.0.0/16", "Endpoint = 10.78.0.1:5"])
        self.compare(
            "two ways", address, ["AllowedIPs = 10.9.0.0/16", "Endpoint = 10.78.0.1:5"],
            ["AllowedIPs = 10.10.0.0/16", "Endpoint = 10.79.0.1:5"])
        self.lab.at(self.lab.here, ["ip", "link", "set", "eth0", "mtu", "1470"])
        self.before = self.lab.state()
        self.compare("the device's", address, ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])

    def test_a_table_in_use_is_left_alone(self):
        self.lab.at(self.lab.here, ["ip", "route", "add", "10.70.0.0/24", "via", "10.77.0.2", "table", "51820"])
        self.before = self.lab.state()
        self.compare("everything", ["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])

    def test_failures_end_as_with_wg_quick(self):
        lab = self.lab
        rows = {
            "PreUp fails": ["PreUp = false"],
            "PostUp fails": ["PostUp = false"],
            "a pipe in it fails": ["PostUp = false | true"],
            "the second fails": ["PostUp = true", "PostUp = false"],
            "PostUp succeeds": ["PostUp = true"],
            "an unknown key": ["Colour = green"],
            "an address that is none": ["Address = 10.0.0.256/24"],
            "PreDown fails": ["PreDown = false"],
            "PostDown fails": ["PostDown = false"],
            "the second of PostDown fails": ["PostDown = true", "PostDown = false", f"PostDown = echo no >>{lab.hooks}"],
        }
        for what, lines in rows.items():
            with self.subTest(what):
                answers = []
                for tool in (lab.quick, lab.ours):
                    lab.file(["Address = 10.88.0.1/24", *self.hooks("PostUp", "PostDown"), *lines], ["AllowedIPs = 0.0.0.0/0"])
                    answer = [tool("up", check=False).returncode != 0]
                    answer.append(lab.name in lab.state()["links"])
                    answer.append(tool("down", check=False).returncode != 0)
                    answer += [lab.name in lab.state()["links"], lab.take(lab.hooks)]
                    answers.append(answer)
                    lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0"])
                    if answer[3]:
                        tool("down")
                    self.assertNothingLeft(what, marks="wg-quick leaves them")
                    lab.at(lab.here, ["sysctl", "-q", "net.ipv4.conf.all.src_valid_mark=0"])
                self.assertEqual(answers[0], answers[1], what)

    def test_a_saved_file_is_that_of_wg_quick(self):
        lab = self.lab
        saved = []
        for tool in (lab.quick, lab.ours):
            for save in (True, False):
                lines = ["Address = 10.88.0.1/24, fd88::1/64", "MTU = 1300", "ListenPort = 51998", "PostUp = true", "Table = 77"]
                lab.file([*lines, f"SaveConfig = {str(save).lower()}"], ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])
                os.chmod(lab.path, 0o600)
                tool("up")
                lab.at(lab.here, ["wg", "set", lab.name, "listen-port", "51997", "peer", lab.far_public, "persistent-keepalive", "7"])
                lab.at(lab.here, ["ip", "address", "add", "10.88.5.1/24", "dev", lab.name])
                if not save:
                    tool("save")
                tool("down")
                saved.append(read(lab.path))
                self.assertEqual(os.stat(lab.path).st_mode & 0o777, 0o600)
        for text in saved:
            self.assertIn("PersistentKeepalive = 7", text)
            self.assertIn("ListenPort = 51997", text)
            self.assertIn("Address = 10.88.5.1/24", text)
        canonical = [sorted(line.strip() for line in text.splitlines() if line.strip() and "fe80:" not in line) for text in saved]
        self.assertEqual(canonical[0], canonical[2])
        self.assertEqual(canonical[1], canonical[3])


class Alone(Case):
    """What wg-quick does not do."""

    def test_everything_is_put_back_even_the_kernel_s_heed_of_marks(self):
        self.lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0, ::/0"])
        self.lab.ours("up")
        self.assertEqual(self.lab.state()["source marks"], "1")
        self.lab.ours("down")
        self.assertNothingLeft()

    def test_a_rehearsal_changes_nothing(self):
        self.lab.file(["Address = 10.88.0.1/24", "PostUp = false"], ["AllowedIPs = 0.0.0.0/0"])
        text = self.lab.ours("up", "--dry-run").stdout
        self.assertIn("ip -4 address add 10.88.0.1/24 dev " + self.lab.name, text)
        self.assertNotIn(self.lab.private, text + self.lab.ours("up", "--dry-run", "--json").stdout)
        self.assertNothingLeft()

    def test_what_is_up_is_not_brought_up_again_and_what_is_down_not_taken_down(self):
        self.lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 10.9.0.0/16"])
        refused = self.lab.ours("down", check=False)
        self.assertEqual((refused.returncode, refused.stderr), (1, f"needletail: {self.lab.name} is not up\n"))
        self.lab.ours("up")
        state = self.lab.state()
        refused = self.lab.ours("up", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is up already", refused.stderr)
        self.assertEqual(self.lab.state(), state)
        self.lab.ours("down")
        self.assertNothingLeft()

    def test_an_interface_of_somebody_else_stays(self):
        self.lab.at(self.lab.here, ["ip", "tuntap", "add", self.lab.name, "mode", "tun"])
        self.before = self.lab.state()
        self.lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 10.9.0.0/16"])
        for verb in ("up", "down", "save"):
            self.assertEqual(self.lab.ours(verb, check=False).returncode, 1)
        self.assertNothingLeft()

    def test_a_tunnel_whose_daemon_died_goes_down_and_comes_up(self):
        lab = self.lab
        lab.file(["Address = 10.88.0.1/24", "ListenPort = 51998"], ["AllowedIPs = 0.0.0.0/0"])
        for verb in ("down", "up"):
            lab.ours("up")
            state = lab.state()
            daemon = run(["ip", "netns", "pids", lab.here]).stdout.split()
            run(["kill", "-9", *daemon])
            lab.ours(verb)
            if verb == "up":
                self.assertEqual(lab.state(), state)
                lab.ours("down")
            self.assertNothingLeft()

    def test_a_file_that_is_gone_does_not_keep_a_tunnel_up(self):
        self.lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0"])
        self.lab.ours("up")
        os.unlink(self.lab.path)
        self.assertIn("without the commands of its file", self.lab.ours("down").stderr)
        self.assertNothingLeft()

    def test_packets_take_a_default_route_through_the_tunnel(self):
        lab = self.lab
        far = lab.name + "far"
        lab.at(lab.there, [lab.daemon, far])
        configuration = f"[Interface]\nPrivateKey = {lab.far_private}\nListenPort = 51999\n[Peer]\nPublicKey = {lab.public}\nAllowedIPs = 10.88.0.1/32, fd88::1/128\n"
        write(lab.folder + "/far", configuration, 0o600)
        lab.at(lab.there, ["wg", "setconf", far, lab.folder + "/far"])
        for words in (
            ["link", "set", far, "up"], ["address", "add", "203.0.113.1/32", "dev", far],
            ["address", "add", "2001:db8::1/128", "dev", far, "nodad"], ["route", "add", "10.88.0.1", "dev", far],
            ["-6", "route", "add", "fd88::1", "dev", far],
        ):
            lab.at(lab.there, ["ip", *words])
        lab.file(["Address = 10.88.0.1/24, fd88::1/64"], ["AllowedIPs = 0.0.0.0/0, ::/0", *ENDPOINT])
        lab.ours("up")
        lab.at(lab.here, ["ping", "-c", "3", "-i", "0.2", "-W", "5", "203.0.113.1"])
        lab.at(lab.here, ["ping", "-c", "3", "-i", "0.2", "-W", "5", "2001:db8::1"])
        lab.at(lab.here, ["ping", "-c", "1", "-W", "5", "10.77.0.2"])
        transfer = lab.at(lab.here, ["wg", "show", lab.name, "transfer"]).stdout.split()
        self.assertGreater(min(int(transfer[1]), int(transfer[2])), 6 * 84, "the pings went through")
        self.assertIn(lab.name, lab.at(lab.here, ["ip", "route", "get", "203.0.113.1"]).stdout)
        lab.ours("down")
        self.assertIn("eth0", lab.at(lab.here, ["ip", "route", "get", "203.0.113.1"]).stdout)
        self.assertNothingLeft()


class Killed(Case):
    """At whatever point `up` or `down` is killed, the next of them puts everything right."""

    # What changes something, or starts or awaits what does.
    CALLS = ("fsync", "clone", "clone3", "vfork", "wait4", "unlink", "rename", "symlink", "flock")

    def prepare(self):
        lines = ["Address = 10.88.0.1/24, fd88::1/64", "DNS = 10.88.0.9", "ListenPort = 51998"]
        hooks = self.hooks("PreUp", "PostUp", "PreDown", "PostDown")
        self.lab.file([*lines, *hooks], ["AllowedIPs = 0.0.0.0/0, ::/0, 10.9.0.0/16", *ENDPOINT])
        self.lab.ours("up")
        self.up = self.lab.state()
        self.lab.ours("down")
        self.assertNothingLeft()

    def kill(self, verb, call, number):
        """Whether the verb makes the call so often; then it was killed there."""
        under = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
        result = self.lab.ours(verb, check=False, under=under)
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
                    self.lab.ours("up")
                    self.assertEqual(self.lab.state(), self.up, what)
                    self.lab.ours("down")
                else:
                    # Killed before it changed anything, or when all was done.
                    self.lab.ours("down", check=False)
                self.assertNothingLeft(what)
                if not was_killed:
                    break
                kills += 1
                number += 1 if LONG else 7
        print(f"up was killed at {kills} points", file=sys.stderr)
        self.assertGreater(kills, 60 if LONG else 9)

    def test_down_killed(self):
        self.prepare()
        kills = 0
        for call in self.CALLS:
            number = 1
            while True:
                what = f"down killed at {call} {number}"
                self.lab.ours("up")
                self.lab.take(self.lab.hooks)
                was_killed = self.kill("down", call, number)
                if was_killed and kills % 2 == 0:
                    self.lab.ours("up", check=False)
                    self.assertEqual(self.lab.state(), self.up, what)
                self.lab.ours("down", check=False)
                self.assertNothingLeft(what)
                self.assertIn("PostDown", self.lab.take(self.lab.hooks), what)
                if not was_killed:
                    break
                kills += 1
                number += 1 if LONG else 7
        print(f"down was killed at {kills} points", file=sys.stderr)
        self.assertGreater(kills, 30 if LONG else 5)


if __name__ == "__main__":
    PROGRAMS += sys.argv[1:3]
    sys.exit(unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2))
