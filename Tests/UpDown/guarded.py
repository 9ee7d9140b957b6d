import json
import re
import time

from case import ENDPOINT, LONG, Case
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


class Leaks:
    """Whatever leaves the near end but the tunnel's datagrams, while pings, names and connections of both families try to,
    of the near end itself and of a machine behind it. Entered once all of it is seen to leave."""

    # All but what the cable's two ends have to say to each other.
    OTHERS = "not arp and not udp port 51999 and not ip6[6] == 0 and not (icmp6 and ip6[40] >= 133 and ip6[40] <= 137)"

    def __init__(self, case):
        self.case, self.lab = case, case.lab
        self.capture = self.lab.folder + "/leaks"

    def __enter__(self):
        lab = self.lab
        lab.far()
        lan = lab.lan()
        lab.at(lab.here, ["sysctl", "-q", "net.ipv4.ip_forward=1"])
        self.case.before = lab.state()
        self.output = open(self.capture, "w", encoding="utf-8")
        words = ["tcpdump", "-n", "-tt", "-l", "--immediate-mode", "-Q", "in", "-i", "eth0", self.OTHERS]
        self.processes = [lab.start(lab.there, words, self.output)]
        self.processes += [lab.start(lab.here, ["ping", "-i", "0.02", address]) for address in FAR]
        self.processes += [lab.start(space, ["python3", "-c", TALK, *FAR]) for space in (lab.here, lan)]
        self.case.addCleanup(self.end)
        self.wait_for_all(0)
        return self

    def __exit__(self, *_):
        self.end()
        for process in run(["ip", "netns", "pids", self.lab.here]).stdout.split():
            run(["kill", "-9", process], check=False)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()
        self.output.close()

    def lines(self):
        return [line for line in read(self.capture).splitlines() if re.match(r"\d+\.\d+ IP", line)]

    def between(self, begin, end):
        return [line for line in self.lines() if begin < float(line.split()[0]) < end]

    def kinds(self, after):
        return {
            kind for line in self.lines() for kind, marks in KINDS.items()
            if float(line.split()[0]) > after and all(mark in line for mark in marks)}

    def wait_for_all(self, after):
        deadline = time.monotonic() + 20
        while self.kinds(after) != set(KINDS) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.case.assertEqual(self.kinds(after), set(KINDS), "what leaks is seen")


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
        with Leaks(self) as leaks:
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
            leaks.wait_for_all(end)
            self.assertEqual(leaks.between(begin, end), [])
        self.assertNothingLeft()

    def test_nothing_leaks_while_a_tunnel_whose_daemon_died_is_replaced(self):
        lab = self.lab
        interface, peer = ["Address = 10.88.0.1/24, fd88::1/64", "ListenPort = 51998"], ["AllowedIPs = 0.0.0.0/0", "Endpoint = vpn.example:51999"]
        lab.file(interface, peer)
        lab.hosts("10.77.0.2")
        with Leaks(self) as leaks:
            lab.ours("up", "--kill-switch=auto")
            begin = time.time()
            self.assertTrue(self.reaches("203.0.113.1"))
            # Nobody can be asked for the name from here on: it is one that was known before.
            lab.hosts(None)
            for _ in range(3):
                lab.kill_daemon()
                lab.ours("up", "--kill-switch=auto")
                self.assertTrue(self.reaches("203.0.113.1"))
            up = lab.state()
            # One that fails lets nothing out either, until somebody says so.
            lab.kill_daemon()
            lab.file([*interface, "PostUp = false"], peer)
            for _ in range(2):
                failed = lab.ours("up", "--kill-switch=auto", check=False)
                self.assertEqual(failed.returncode, 1)
                self.assertIn(f"kill switch, which goes on blocking everything: needletail down {lab.name} lifts it", failed.stderr)
                self.assertFalse(self.reaches("10.77.0.2"))
            # A name that was never looked up cannot be, and that is said.
            lab.file(interface, ["AllowedIPs = 0.0.0.0/0", "Endpoint = other.example:51999"])
            failed = lab.ours("up", "--kill-switch=auto", check=False)
            self.assertIn("other.example:51999", failed.stderr)
            self.assertIn("lifts it", failed.stderr)
            lab.file(interface, peer)
            lab.ours("up", "--kill-switch=auto")
            self.assertEqual(lab.state(), up)
            self.assertTrue(self.reaches("203.0.113.1"))
            end = time.time()
            lab.ours("down")
            leaks.wait_for_all(end)
            self.assertEqual(leaks.between(begin, end), [])
        self.assertNothingLeft()

    def test_the_switch_holds_when_the_up_that_replaces_a_tunnel_is_killed(self):
        lab = self.lab
        lab.file(["Address = 10.88.0.1/24", "ListenPort = 51998"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        lab.ours("up", "--kill-switch=auto")
        up = lab.state()
        kills = 0
        for call in ("wait4", "fsync"):
            number = 1
            while True:
                lab.kill_daemon()
                under = ["strace", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"]
                result = lab.ours("up", "--kill-switch=auto", check=False, under=under)
                if result.returncode == 0:
                    break
                self.assertFalse(self.reaches("10.77.0.2"), f"killed at {call} {number}")
                again = lab.ours("up", "--kill-switch=auto", check=False)
                # Killed at its very last, it has done its work.
                self.assertTrue(again.returncode == 0 or "is up already" in again.stderr, again.stderr)
                self.assertEqual(lab.state(), up, f"killed at {call} {number}")
                kills += 1
                number += 1 if LONG else 5
        self.assertGreater(kills, 8)
        lab.ours("down")
        self.assertNothingLeft()

    def test_a_switch_is_kept_by_a_down_that_is_told_to_and_the_doctor_tells_of_it(self):
        lab = self.lab
        lab.far()
        lab.hosts("10.77.0.2")
        lab.file(["Address = 10.88.0.1/24", "ListenPort = 51998"], ["AllowedIPs = 203.0.113.1/32", "Endpoint = vpn.example:51999"])

        def found():
            answer = lab.at(lab.here, [lab.needletail, "doctor", "--json", lab.path], check=False)
            return [(f["subject"], f["verdict"]) for f in json.loads(answer.stdout) if f["id"] == "tunnel.kill-switch"]

        lab.ours("up", "--kill-switch=strict")
        up = lab.state()
        self.assertEqual(found(), [("", "pass")])
        lab.hosts(None)
        for _ in range(2):
            lab.ours("down", "--keep-kill-switch")
            self.assertFalse(self.reaches("10.77.0.2"))
            self.assertEqual(found(), [(lab.name, "fail")])
            explained = lab.at(lab.here, [lab.needletail, "explain", "route", "10.77.0.2"], check=False).stdout
            self.assertIn(f"the kill switch of {lab.name}, table inet needletail-{lab.name}, drops it", explained)
            lab.ours("up", "--kill-switch=strict")
            self.assertEqual(lab.state(), up)
            self.assertTrue(self.reaches("203.0.113.1"))
        lab.ours("down", "--keep-kill-switch")
        lab.ours("down")
        self.assertTrue(self.reaches("10.77.0.2"))
        self.assertEqual(found(), [("", "pass")])
        # Without one it is a down like any other.
        lab.hosts("10.77.0.2")
        lab.ours("up")
        lab.ours("down", "--keep-kill-switch")
        self.assertTrue(self.reaches("10.77.0.2"))

    def test_a_switch_that_holds_is_lifted_by_down_and_by_an_up_without_one(self):
        lab = self.lab
        failing = ["Address = 10.88.0.1/24", "PostUp = false"]
        for last in (["down"], ["up", "--kill-switch=off"]):
            lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
            lab.ours("up", "--kill-switch=strict")
            lab.kill_daemon()
            lab.file(failing, ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
            self.assertEqual(lab.ours("up", "--kill-switch=strict", check=False).returncode, 1)
            self.assertFalse(self.reaches("10.77.0.2"))
            lab.file(["Address = 10.88.0.1/24"], ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])
            lab.ours(*last)
            self.assertTrue(self.reaches("10.77.0.2"))
            if last[0] == "up":
                lab.ours("down")
            self.assertNothingLeft(last)
            self.assertEqual(lab.ours("down", check=False).returncode, 1, "it is not up")

    def test_nothing_leaks_while_an_up_with_a_looser_guard_fails(self):
        lab = self.lab
        interface, peer = ["Address = 10.88.0.1/24", "ListenPort = 51998"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT]
        with Leaks(self) as leaks:
            lab.file(interface, peer)
            lab.ours("up", "--kill-switch=auto")
            begin = time.time()
            lab.kill_daemon()
            lab.file([*interface, "PostUp = sleep 0.5; false"], peer)
            for options in (["--kill-switch=off", "--clamp-mss"], ["--kill-switch=strict", "--lan=allow"], ["--kill-switch=off"]):
                failed = lab.ours("up", *options, check=False)
                self.assertIn("which goes on blocking everything", failed.stderr)
                self.assertFalse(self.reaches("10.77.0.2"), options)
            # One that comes up has its own.
            lab.file(interface, peer)
            lab.ours("up", "--kill-switch=strict", "--clamp-mss")
            self.assertTrue(self.reaches("203.0.113.1"))
            end = time.time()
            self.assertEqual(leaks.between(begin, end), [])
            lab.kill_daemon()
            lab.ours("up", "--kill-switch=strict", "--lan=allow")
            self.assertTrue(self.reaches("10.77.0.2"))
            # What was let out before is let out meanwhile.
            lab.kill_daemon()
            lab.file([*interface, "PostUp = false"], peer)
            self.assertEqual(lab.ours("up", "--kill-switch=strict", "--lan=allow", check=False).returncode, 1)
            self.assertTrue(self.reaches("10.77.0.2"))
            lab.file(interface, peer)
            begin = time.time()
            lab.ours("up", "--kill-switch=off", "--clamp-mss")
            table = lab.at(lab.here, ["nft", "list", "table", "inet", f"needletail-{lab.name}"]).stdout
            self.assertEqual(("chain segments" in table, "chain leaving" in table), (True, False))
            lab.ours("down")
            leaks.wait_for_all(begin)
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
