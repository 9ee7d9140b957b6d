import json

from case import ENDPOINT, Case
from laboratory import write


class Probed(Case):
    """`needletail doctor` on a tunnel whose way has a hole, and beside what others left; `status` of a peer that moves."""

    def setUp(self):
        super().setUp()
        self.lab.far()
        self.lab.file(["ListenPort = 51998", "Address = 10.88.0.1/24, fd88::1/64"], ["AllowedIPs = 203.0.113.0/24, 2001:db8::/64", *ENDPOINT])
        self.lab.ours("up")

    def doctor(self, *more, space=None):
        answer = self.lab.at(space or self.lab.here, [self.lab.needletail, "doctor", "--json", *more, self.lab.path], check=False)
        return {finding["id"]: finding for finding in json.loads(answer.stdout)}

    def probe(self, address):
        return self.doctor("--probe-mtu", address)["tunnel.path-mtu"]

    def drop(self, longest):
        """A link that says nothing of what it drops: IP packets over so many bytes, at the far end's door."""
        write(
            self.lab.folder + "/hole",
            "table inet hole {\nchain c {\ntype filter hook prerouting priority -400\n"
            f"iif eth0 meta length > {longest} drop\n}}\n}}\n",
            0o600)
        self.lab.at(self.lab.there, ["nft", "flush", "ruleset"])
        if longest:
            self.lab.at(self.lab.there, ["nft", "-f", self.lab.folder + "/hole"])

    def test_a_black_hole_is_found_with_the_mtu_that_passes(self):
        whole = self.probe("203.0.113.1")
        self.assertEqual(whole["verdict"], "pass", whole)
        self.assertIn("1420", whole["reason"])
        # 1356 on the way is 1296 inside; the next packet that is padded has 16 more.
        for longest, largest in ((1371, 1296), (1372, 1312)):
            self.drop(longest)
            cut = self.probe("203.0.113.1")
            self.assertEqual(cut["verdict"], "fail", cut)
            self.assertIn(f"up to {largest} bytes pass, which is {largest + 60} on the way", cut["reason"])
            self.assertIn(f"mtu {largest}", cut["remedy"])
        six = self.probe("2001:db8::1")
        self.assertIn("up to 1312 bytes pass", six["reason"])
        # What is said to do helps.
        self.lab.at(self.lab.here, ["ip", "link", "set", self.lab.name, "mtu", "1312"])
        self.assertEqual(self.probe("203.0.113.1")["verdict"], "pass")

    def test_what_cannot_be_probed_is_said(self):
        self.assertIn("answers no echo", self.probe("203.0.113.7")["reason"])
        self.assertIn("no tunnel", self.probe("10.77.0.2")["reason"])
        self.assertEqual(self.lab.at(self.lab.here, [self.lab.needletail, "doctor", "--probe-mtu", "far"], check=False).returncode, 2)

    def test_what_others_have_and_left_is_told(self):
        lab = self.lab
        found = self.doctor()
        for check in ("system.name-servers", "system.other-tunnels", "system.rules"):
            self.assertEqual(found[check]["verdict"], "pass", found[check])
        lab.at(lab.here, ["ip", "tuntap", "add", "other0", "mode", "tun"])
        lab.at(lab.here, ["ip", "link", "set", "other0", "up"])
        lab.at(lab.here, ["ip", "rule", "add", "priority", "220", "lookup", "220"])
        found = self.doctor()
        self.assertEqual((found["system.other-tunnels"]["verdict"], found["system.other-tunnels"]["subject"]), ("warn", "other0"))
        self.assertIn("220: from all lookup 220", found["system.rules"]["reason"])
        # In a file system of its own the resolver has servers of a tunnel that is gone, and of one that is there.
        record = (
            "mount -t tmpfs none /run/resolvconf 2>/dev/null || { mkdir -p /run/resolvconf; mount -t tmpfs none /run/resolvconf; }; "
            f"mkdir /run/resolvconf/interface; cd /run/resolvconf/interface; touch tun.{lab.name} tun.gone0 eth0.dhclient; "
            f"exec {lab.needletail} doctor --json {lab.path}")
        answer = lab.at(lab.here, ["unshare", "-m", "sh", "-c", record], check=False)
        left = [f for f in json.loads(answer.stdout) if f["id"] == "system.name-servers"]
        self.assertEqual([(f["subject"], f["verdict"]) for f in left], [("tun.gone0", "fail")])

    def test_rules_of_a_tunnel_are_its_own(self):
        lab = self.lab
        lab.ours("down")
        lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        lab.ours("up")
        self.assertEqual(self.doctor()["system.rules"]["verdict"], "pass")

    def test_a_peer_that_moves_is_roaming(self):
        lab = self.lab
        far = lab.name + "far"
        lab.at(lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])

        def word():
            answer = lab.at(lab.there, [lab.needletail, "status", far], check=False)
            return answer.stdout.split()[2].split("(")[0], answer.returncode

        self.assertEqual(word(), ("Established", 0))
        lab.at(lab.here, ["ip", "address", "add", "10.77.0.7/24", "dev", "eth0"])
        lab.at(lab.here, ["ip", "route", "replace", "10.77.0.2", "dev", "eth0", "src", "10.77.0.7"])
        lab.at(lab.here, ["wg", "set", lab.name, "listen-port", "51997"])
        lab.at(lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])
        self.assertEqual(word(), ("Roaming", 0))
        self.assertNotEqual(lab.at(lab.there, ["wg", "show", far, "endpoints"]).stdout.split()[1], "10.77.0.1:51998")
