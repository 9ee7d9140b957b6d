import os
import time

from case import ENDPOINT, Case
from laboratory import other_key, read, run, write


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
            lab.kill_daemon()
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
        lab.far()
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

    def test_reload_leaves_a_default_route_its_mark(self):
        lab = self.lab
        lab.far()
        interface = ["Address = 10.88.0.1/24, fd88::1/64"]
        lab.file(interface, ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        for switch in ("off", "auto"):
            lab.ours("up", f"--kill-switch={switch}")
            before = [lab.at(lab.here, ["wg", "show", lab.name, what]).stdout for what in ("fwmark", "listen-port")]
            self.assertNotEqual(before[0], "off\n")
            lab.file(interface, ["AllowedIPs = 0.0.0.0/0, ::/0", *ENDPOINT])
            lab.ours("reload")
            after = [lab.at(lab.here, ["wg", "show", lab.name, what]).stdout for what in ("fwmark", "listen-port")]
            self.assertEqual(after, before)
            self.assertIn("::/0", lab.at(lab.here, ["wg", "show", lab.name, "allowed-ips"]).stdout)
            lab.at(lab.here, ["ping", "-c", "3", "-i", "0.2", "-W", "5", "203.0.113.1"])
            lab.file([*interface, "FwMark = 0x99", "ListenPort = 51997"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
            lab.ours("reload")
            shown = [lab.at(lab.here, ["wg", "show", lab.name, what]).stdout for what in ("fwmark", "listen-port")]
            self.assertEqual(shown, ["0x99\n", "51997\n"], "what the file says is taken")
            lab.ours("down")
            self.assertNothingLeft()
            lab.file(interface, ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])

    def test_prefixes_with_a_sign_come_and_go(self):
        lab = self.lab
        lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 10.1.0.0/16, 10.2.0.0/16"], ["AllowedIPs = 10.3.0.0/16"])
        lab.ours("up")

        def become(words, first, second):
            peer = [lab.needletail, "set", lab.name, "peer", lab.far_public, "allowed-ips", words]
            lab.at(lab.here, peer)
            shown = lab.at(lab.here, ["wg", "show", lab.name, "allowed-ips"]).stdout.splitlines()
            shown = {line.split("\t")[0]: line.split("\t")[1].split() for line in shown}
            self.assertEqual(sorted(shown[lab.far_public]), sorted(first.split()), words)
            self.assertEqual(shown[other_key(1)], second.split(), words)

        become("+10.4.0.0/16,-10.2.0.0/16", "10.1.0.0/16 10.4.0.0/16", "10.3.0.0/16")
        become("-10.3.0.0/16", "10.1.0.0/16 10.4.0.0/16", "10.3.0.0/16")
        become("+10.3.0.0/16", "10.1.0.0/16 10.3.0.0/16 10.4.0.0/16", "(none)")
        become("10.5.0.0/16", "10.5.0.0/16", "(none)")
        lab.ours("down")
        self.assertNothingLeft()

    def test_who_is_told_to_end_undoes_what_it_began(self):
        lab = self.lab
        lab.file(["Address = 10.88.0.1/24", f"PostUp = echo up >>{lab.hooks}; sleep 1"], ["AllowedIPs = 0.0.0.0/0"])
        up = lab.start(lab.here, [lab.needletail, "up", lab.path], environment=lab.environment())
        deadline = time.monotonic() + 15
        while not read(lab.hooks) and time.monotonic() < deadline:
            time.sleep(0.02)
        run(["kill", "-TERM", str(up.pid)])
        self.assertEqual(up.wait(15), 1)
        self.assertNothingLeft()

    def test_tunnels_with_default_routes_keep_their_rules_apart(self):
        lab = self.lab
        lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0"])
        other = f"{lab.folder}/{lab.name}b.conf"
        write(other, read(lab.path).replace("10.88.0.1", "10.88.1.1"), 0o600)

        def tell(verb, path):
            lab.at(lab.here, [lab.needletail, verb, path], env=lab.environment())

        tell("up", lab.path)
        alone = lab.state()
        tell("up", other)
        self.assertEqual(len(lab.state()["rules -4"]), len(alone["rules -4"]) + 2)
        tell("down", other)
        self.assertEqual(lab.state(), alone)
        tell("up", other)
        both = lab.state()
        tell("down", lab.path)
        rules = lab.state()["rules -4"]
        self.assertEqual(rules, [rule for rule in both["rules -4"] if rule not in alone["rules -4"] or rule in self.before["rules -4"]])
        self.assertEqual(lab.state()["source marks"], "1", "the other still needs it")
        tell("down", other)
        self.assertNothingLeft()
        os.unlink(f"/run/needletail/{lab.name}b.lock")
        os.unlink(f"/run/needletail/{lab.name}b.daemon")
