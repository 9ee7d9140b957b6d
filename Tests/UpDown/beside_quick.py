import os

from case import ENDPOINT, Case
from laboratory import read


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
