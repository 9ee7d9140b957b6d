import json
import re
import shutil
import time

from case import ENDPOINT, Case
from laboratory import read, run, write


class Narrowed(Case):
    """MTUMode = probe, on a way with a router that drops long packets and says nothing."""

    FAR = "203.0.113.1"

    def setUp(self):
        super().setUp()
        self.lab.far()
        # What is tried, written down.
        self.log = self.lab.folder + "/pings"
        real = shutil.which("ping")
        write(self.lab.fakes + "/ping", f'#!/bin/sh\necho "$*" >>{self.log}\nexec {real} "$@"\n', 0o755)

    def file(self, mode, *interface, allowed="203.0.113.1/32"):
        lines = [f"# Needletail: MTUMode = {mode}"] if mode else []
        self.lab.file([*lines, "Address = 10.88.0.1/24", "ListenPort = 51998", *interface], [f"AllowedIPs = {allowed}", *ENDPOINT])

    def drop(self, longest):
        """IP packets over so many bytes go no further than the far end's door; None lets all in."""
        write(
            self.lab.folder + "/hole",
            "table inet hole {\nchain c {\ntype filter hook prerouting priority -400\n"
            f"iif eth0 meta length > {longest} drop\n}}\n}}\n",
            0o600)
        self.lab.at(self.lab.there, ["nft", "flush", "ruleset"])
        if longest:
            self.lab.at(self.lab.there, ["nft", "-f", self.lab.folder + "/hole"])

    def mtu(self):
        return int(self.lab.at(self.lab.here, ["cat", f"/sys/class/net/{self.lab.name}/mtu"]).stdout)

    def tried(self):
        """The sizes that were tried since the last question, but for the first echo, which asks whether anybody is there."""
        sizes = [int(size) + 28 for size in re.findall(r"-s (\d+) ", self.lab.take(self.log))]
        self.assertEqual(sizes[0], 28)
        return sizes[1:]

    def refresh(self, *options, check=True):
        lab = self.lab
        return lab.at(lab.here, [lab.needletail, "refresh", *options, lab.path], check=check, env=lab.environment())

    def passes(self, size):
        words = ["ping", "-c", "1", "-W", "2", "-M", "do", "-s", str(size - 28), self.FAR]
        return self.lab.at(self.lab.here, words, check=False).returncode == 0

    def test_three_sizes_settle_it_behind_a_router_that_drops(self):
        self.drop(1300)
        self.file("probe")
        self.lab.ours("up")
        self.assertEqual((self.mtu(), self.tried()), (1216, [1420, 1216, 1312]))
        self.assertTrue(self.passes(1216))
        self.lab.ours("down")
        self.assertNothingLeft()
        # The same by an option, and without either the hole is there.
        self.file(None)
        self.lab.ours("up", "--probe-mtu", self.FAR)
        self.assertEqual((self.mtu(), len(self.tried())), (1216, 3))
        self.lab.ours("down")
        self.lab.ours("up")
        self.assertEqual((self.mtu(), self.passes(1216), self.passes(1420)), (1420, True, False))
        self.lab.ours("down")
        self.assertNothingLeft()

    def test_a_way_without_a_hole_keeps_its_mtu(self):
        self.file("probe 203.0.113.1", "MTU = 1380")
        self.lab.ours("up")
        self.assertEqual((self.mtu(), self.tried()), (1380, [1380]))
        self.lab.ours("down")
        self.assertNothingLeft()

    def test_ipv6_keeps_the_least_that_it_can_have_and_that_is_said(self):
        self.drop(1300)
        self.file("probe 203.0.113.1", "Address = fd88::1/64")
        said = self.lab.ours("up").stderr
        self.assertEqual((self.mtu(), self.tried()), (1280, [1420, 1312, 1280]))
        self.assertIn("its MTU is 1280, and no smaller one can be had", said)
        self.lab.ours("down")
        self.assertNothingLeft()

    def test_ipv6_that_has_routes_and_no_address_keeps_them(self):
        lab = self.lab
        self.drop(1300)
        self.file("probe 203.0.113.1", allowed="0.0.0.0/0, ::/0")
        lab.ours("up")
        for _ in range(2):
            self.assertEqual((self.mtu(), self.tried()), (1280, [1420, 1312, 1280]))
            way = lab.at(lab.here, ["ip", "-6", "route", "get", "2001:db8::1"]).stdout
            self.assertIn(f"dev {lab.name} ", way, "it does not leave beside the tunnel")
            self.refresh(check=False)
        lab.ours("down")
        self.assertNothingLeft()

    def test_nobody_who_answers_changes_nothing_and_is_said(self):
        self.drop(1300)
        self.file("probe 203.0.113.7", allowed="203.0.113.0/24")
        said = self.lab.ours("up").stderr
        self.assertEqual(self.mtu(), 1420)
        self.assertIn("203.0.113.7 answers no echo through the tunnel; write MTUMode = probe ADDRESS", said)
        answer = self.refresh(check=False)
        self.assertEqual((answer.returncode, self.mtu()), (1, 1420))
        self.lab.ours("down")
        self.file("probe", allowed="203.0.113.0/24")
        refused = self.lab.ours("up", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("write MTUMode = probe ADDRESS", refused.stderr)
        self.assertNothingLeft()

    def test_a_refresh_finds_what_passes_today(self):
        lab = self.lab
        self.drop(1300)
        self.file("probe", "MTU = 1400", "SaveConfig = true")
        lab.ours("up")
        self.assertEqual(self.mtu(), 1216)
        self.drop(None)
        self.assertEqual(self.refresh().stdout, f"{lab.name}  MTU 1400\n")
        self.assertEqual((self.mtu(), self.refresh().stdout), (1400, ""))
        self.drop(1400)
        self.assertEqual(json.loads(self.refresh("--json").stdout), {"tunnel": lab.name, "mtu": 1312})
        self.assertEqual(self.mtu(), 1312)
        lab.ours("down")
        # What was found is not what the file asks for.
        self.assertIn("MTU = 1400\n", read(lab.path))
        self.assertIn("# Needletail: MTUMode = probe\n", read(lab.path))
        self.assertNothingLeft()

    def test_a_full_tunnel_keeps_its_mtu_whoever_asks_for_the_way(self):
        lab = self.lab
        # Not on the link: only its mark keeps the tunnel's own datagram from the tunnel.
        lab.at(lab.there, ["ip", "address", "add", "198.51.100.9/32", "dev", "lo"])
        lab.file(
            ["# Needletail: MTUMode = probe 203.0.113.1", "Address = 10.88.0.1/24", "ListenPort = 51998"],
            ["AllowedIPs = 0.0.0.0/0", "Endpoint = 198.51.100.9:51999"])
        lab.ours("up")
        for _ in range(2):
            self.assertEqual((self.mtu(), self.refresh().stdout), (1420, ""))
        self.drop(1300)
        self.refresh()
        self.drop(None)
        self.refresh()
        self.assertEqual((self.mtu(), self.passes(1420)), (1420, True))
        self.assertIn("198.51.100.9:51999", lab.at(lab.here, ["wg", "show", lab.name, "endpoints"]).stdout, "it is still there")
        lab.ours("down")
        self.assertNothingLeft()

    def test_a_watch_probes_again_when_the_network_changes(self):
        lab = self.lab
        self.file("probe")
        lab.ours("up")
        self.assertEqual((self.mtu(), self.tried()), (1420, [1420]))
        with open(lab.folder + "/watch", "w", encoding="utf-8") as output:
            watch = lab.start(lab.here, [lab.needletail, "refresh", "--watch=1", lab.path], output, lab.environment())
            self.drop(1300)
            time.sleep(4)
            self.assertEqual((self.mtu(), read(self.log)), (1420, ""), "nothing has changed that it could see")
            lab.at(lab.here, ["ip", "address", "add", "10.77.0.7/24", "dev", "eth0"])
            lab.at(lab.here, ["ip", "route", "replace", "10.77.0.2", "dev", "eth0", "src", "10.77.0.7"])
            deadline = time.monotonic() + 30
            while self.mtu() != 1216 and time.monotonic() < deadline:
                time.sleep(0.2)
            self.assertEqual(self.mtu(), 1216)
            time.sleep(2)
            self.assertEqual(read(lab.folder + "/watch"), f"{lab.name}  MTU 1216\n")
            watch.kill()
            watch.wait()
        self.end_watch()
        lab.ours("down")
        self.assertNothingLeftWhenBack()

    def assertNothingLeftWhenBack(self):
        self.lab.at(self.lab.here, ["ip", "route", "delete", "10.77.0.2"])
        self.lab.at(self.lab.here, ["ip", "address", "delete", "10.77.0.7/24", "dev", "eth0"])
        self.assertNothingLeft()

    def end_watch(self):
        for process in run(["ip", "netns", "pids", self.lab.here]).stdout.split():
            if "refresh" in read(f"/proc/{process}/cmdline"):
                run(["kill", process], check=False)

    def wait_for(self, mtu):
        deadline = time.monotonic() + 40
        while self.mtu() != mtu and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(self.mtu(), mtu)

    def test_a_watch_probes_until_somebody_has_answered_and_after_one_that_was_ended(self):
        lab = self.lab
        watched = [lab.needletail, "refresh", "--watch=1", lab.path]
        self.file("probe")
        lab.ours("up")
        watch = lab.start(lab.here, watched, environment=lab.environment())
        time.sleep(2)
        self.drop(1)
        lab.take(self.log)
        lab.at(lab.here, ["ip", "address", "add", "10.77.0.7/24", "dev", "eth0"])
        lab.at(lab.here, ["ip", "route", "replace", "10.77.0.2", "dev", "eth0", "src", "10.77.0.7"])
        deadline = time.monotonic() + 15
        while not read(self.log) and time.monotonic() < deadline:
            time.sleep(0.1)
        # Nobody has answered when it is over, and no way changes from here on.
        time.sleep(7)
        self.assertEqual(self.mtu(), 1420)
        self.drop(1300)
        self.wait_for(1216)
        # One that is ended meanwhile leaves the MTU that it was trying.
        lab.at(lab.here, ["ip", "route", "replace", "10.77.0.2", "dev", "eth0", "src", "10.77.0.1"])
        self.wait_for(1420)
        watch.terminate()
        watch.wait()
        time.sleep(3)
        self.assertEqual(self.mtu(), 1420)
        watch = lab.start(lab.here, watched, environment=lab.environment())
        self.wait_for(1216)
        watch.terminate()
        watch.wait()
        time.sleep(3)
        lab.ours("down")
        self.assertNothingLeftWhenBack()
