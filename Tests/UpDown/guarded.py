import re
import time

from case import ENDPOINT, Case
from laboratory import read, run

# What is behind the far end.
FAR = ("203.0.113.1", "2001:db8::1")
# Asks for names and opens connections, of each family, fifty times in a second.
TALK = """
import socket, sys, time
while True:
    for family, address in zip((socket.AF_INET, socket.AF_INET6), sys.argv[1:]):
        for kind, port in ((socket.SOCK_DGRAM, 53), (socket.SOCK_STREAM, 80)):
            try:
                s = socket.socket(family, kind)
                s.setblocking(False)
                s.connect((address, port))
                s.send(b"name?")
            except OSError:
                pass
            finally:
                s.close()
    time.sleep(0.02)
"""
# What is seen of them and of pings, by parts of tcpdump's lines.
KINDS = {
    "ping": (" IP 10.77.0.1 ", "echo request"),
    "ping, IPv6": (" IP6 fd77::1 ", "echo request"),
    "name": (" IP 10.77.0.1.", "203.0.113.1.53:"),
    "name, IPv6": (" IP6 fd77::1.", "2001:db8::1.53:"),
    "connection": (" IP 10.77.0.1.", "203.0.113.1.80: Flags [S]"),
    "connection, IPv6": (" IP6 fd77::1.", "2001:db8::1.80: Flags [S]"),
    "passing": (" IP 10.99.0.2.", "203.0.113.1.53:"),
}


class Guarded(Case):
    """The kill switch, and segments that fit."""

    def setUp(self):
        super().setUp()
        lab = self.lab
        lab.at(lab.here, ["ip", "-6", "route", "add", "default", "via", "fd77::2"])
        self.before = lab.state()
        lab.file(["Address = 10.88.0.1/24, fd88::1/64"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])

    def reaches(self, address):
        return self.lab.at(self.lab.here, ["ping", "-c", "1", "-W", "1", address], check=False).returncode == 0

    def test_nothing_leaks_while_the_daemon_dies(self):
        lab = self.lab
        lab.far()
        lan = lab.lan()
        lab.at(lab.here, ["sysctl", "-q", "net.ipv4.ip_forward=1"])
        self.before = lab.state()
        capture = lab.folder + "/leaks"
        # All that leaves the near end but the tunnel's datagrams and what the cable's two ends have to say to each other.
        others = "not arp and not udp port 51999 and not ip6[6] == 0 and not (icmp6 and ip6[40] >= 133 and ip6[40] <= 137)"
        with open(capture, "w", encoding="utf-8") as output:
            capturer = lab.start(
                lab.there, ["tcpdump", "-n", "-tt", "-l", "--immediate-mode", "-Q", "in", "-i", "eth0", others], output)
            talkers = [lab.start(lab.here, ["ping", "-i", "0.02", address]) for address in FAR]
            talkers += [lab.start(space, ["python3", "-c", TALK, *FAR]) for space in (lab.here, lan)]
            self.addCleanup(lambda: [(talker.kill(), talker.wait()) for talker in talkers])

            def leaks():
                return [line for line in read(capture).splitlines() if re.match(r"\d+\.\d+ IP", line)]

            def kinds(after):
                return {
                    kind for line in leaks() for kind, marks in KINDS.items()
                    if float(line.split()[0]) > after and all(mark in line for mark in marks)}

            def wait_for_all(after):
                deadline = time.monotonic() + 20
                while kinds(after) != set(KINDS) and time.monotonic() < deadline:
                    time.sleep(0.05)
                self.assertEqual(kinds(after), set(KINDS), "what leaks is seen")

            wait_for_all(0)
            lab.ours("up", "--kill-switch=auto")
            begin = time.time()
            time.sleep(0.5)
            self.assertTrue(self.reaches("203.0.113.1"))
            self.assertFalse(self.reaches("2001:db8::1"), "the tunnel does not carry IPv6, and nobody else may")
            lab.kill_daemon()
            time.sleep(1)
            self.assertFalse(self.reaches("203.0.113.1"))
            end = time.time()
            lab.ours("down")
            # It is off when the tunnel is down.
            wait_for_all(end)
            self.assertEqual([leak for leak in leaks() if begin < float(leak.split()[0]) < end], [])
        for process in (*talkers, capturer):
            process.kill()
            process.wait()
        for process in run(["ip", "netns", "pids", lab.here]).stdout.split():
            run(["kill", "-9", process], check=False)
        self.assertNothingLeft()

    def test_the_local_network_is_reached_when_it_may_be(self):
        lab = self.lab
        for option, expected in (("deny", False), ("allow", True)):
            lab.ours("up", "--kill-switch=strict", f"--lan={option}")
            self.assertEqual((self.reaches("10.77.0.2"), self.reaches("fd77::2")), (expected, expected), option)
            lab.ours("down")
            self.assertNothingLeft()
        self.assertTrue(self.reaches("10.77.0.2"))

    def test_auto_is_for_default_routes_and_strict_for_all(self):
        lab = self.lab
        lab.far()
        lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 203.0.113.1/32", *ENDPOINT])
        lab.at(lab.there, ["ip", "address", "add", "198.51.100.1/32", "dev", "lo"])
        for mode, expected in (("off", True), ("auto", True), ("strict", False)):
            lab.ours("up", f"--kill-switch={mode}")
            self.assertEqual((self.reaches("203.0.113.1"), self.reaches("198.51.100.1")), (True, expected), mode)
            lab.ours("down")
            self.assertNothingLeft()

    def test_a_file_says_it_and_options_say_otherwise(self):
        lab = self.lab
        lab.far()
        settings = ["# Needletail: KillSwitch = strict", "# Needletail: LAN = allow"]
        lab.file([*settings, "Address = 10.88.0.1/24", "SaveConfig = true"], ["AllowedIPs = 203.0.113.1/32", *ENDPOINT])
        lab.at(lab.there, ["ip", "address", "add", "198.51.100.1/32", "dev", "lo"])

        def explained(address):
            return lab.at(lab.here, [lab.needletail, "explain", "route", address], check=False).stdout.splitlines()[-1]

        lab.ours("up")
        reached = [self.reaches(a) for a in ("203.0.113.1", "198.51.100.1", "10.77.0.2")]
        self.assertEqual(reached, [True, False, True])
        beginning = f"the kill switch of {lab.name}, table inet needletail-{lab.name}, "
        self.assertEqual(explained("203.0.113.1"), beginning + f"lets it through: it leaves by {lab.name}")
        self.assertEqual(explained("198.51.100.1"), beginning + "drops it: it leaves by eth0")
        self.assertEqual(explained("10.77.0.2"), beginning + "lets it through: it is for the local network")
        lab.ours("down")
        self.assertNothingLeft()
        saved = read(lab.path)
        for line in settings:
            self.assertIn(line + "\n", saved, "what is saved still says it")
        lab.ours("up", "--lan=deny")
        self.assertFalse(self.reaches("10.77.0.2"))
        self.assertTrue(explained("10.77.0.2").startswith(beginning + "drops it: it leaves by eth0, and the local network"))
        lab.ours("down")
        lab.ours("up", "--kill-switch=off")
        self.assertTrue(self.reaches("198.51.100.1"))
        self.assertNotIn("kill switch", explained("198.51.100.1"))
        lab.ours("down")
        lab.file(["# Needletail: KillSwitch = stricht"], ["AllowedIPs = 203.0.113.1/32"])
        refused = lab.ours("up", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("line 3: KillSwitch is off, auto or strict", refused.stderr)
        self.assertNothingLeft()

    def test_segments_of_connections_that_pass_fit_the_tunnel(self):
        lab = self.lab
        far = lab.far("10.99.0.0/24")
        lan = lab.lan()
        lab.at(lab.there, ["ip", "route", "add", "10.99.0.0/24", "dev", far, "advmss", "1460"])
        lab.at(lab.here, ["sysctl", "-q", "net.ipv4.ip_forward=1"])
        server = "import socket; s = socket.create_server(('203.0.113.1', 80)); s.accept()[0].recv(1)"
        client = "import socket; s = socket.create_connection(('203.0.113.1', 80), 5); print(s.getsockopt(6, 2)); s.send(b'x')"
        for option, theirs in (("", 1460), ("--clamp-mss", 1380)):
            lab.ours("up", *filter(None, [option]))
            capture = lab.folder + "/syn" + option
            with open(capture, "w", encoding="utf-8") as output:
                capturer = lab.start(
                    lab.there, ["tcpdump", "-n", "-l", "--immediate-mode", "-i", far, "tcp[tcpflags] & tcp-syn != 0"], output)
                listener = lab.start(lab.there, ["python3", "-c", server])
                deadline = time.monotonic() + 15
                while time.monotonic() < deadline:
                    answer = lab.at(lan, ["python3", "-c", client], check=False)
                    if answer.returncode == 0 and "mss" in read(capture):
                        break
                    if listener.poll() is not None:
                        listener = lab.start(lab.there, ["python3", "-c", server])
                    time.sleep(0.1)
                sent = [line.split("mss ")[1].split(",")[0] for line in read(capture).splitlines() if "[S]" in line]
                self.assertEqual((set(sent)), {str(theirs)}, "what the far end is told")
                self.assertEqual(int(answer.stdout) <= 1380, theirs == 1380, "what the near end is told")
                for process in (capturer, listener):
                    process.kill()
                    process.wait()
            lab.ours("down")
