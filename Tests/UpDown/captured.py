import json
import os
import signal
import struct
import subprocess
import time

from case import ENDPOINT, Case
from laboratory import read, remove, run

SECTION, INTERFACE, STATISTICS, PACKET = 0x0A0D0D0A, 1, 5, 6
PAYLOADS = [32, 33, 1000, 1372]


def blocks(data):
    """The blocks of a pcapng file; fails when they are not whole."""
    place = 0
    while place < len(data):
        kind, length = struct.unpack_from("<II", data, place)
        assert length % 4 == 0 and 12 <= length <= len(data) - place, "a block is cut"
        assert struct.unpack_from("<I", data, place + length - 4)[0] == length, "a block's lengths differ"
        yield kind, data[place + 8:place + length - 4]
        place += length


def options(data):
    place, found = 0, {}
    while place < len(data):
        code, length = struct.unpack_from("<HH", data, place)
        if code == 0:
            break
        found[code] = data[place + 4:place + 4 + length]
        place += 4 + (length + 3) // 4 * 4
    return found


class Pcapng:
    """A capture, read by this test."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.names, self.packets, self.descriptions, self.counts = [], [], [], {}
        for number, (kind, body) in enumerate(blocks(self.data)):
            assert (kind == SECTION) == (number == 0)
            if kind == INTERFACE:
                found = options(body[8:])
                self.names.append(found[2].decode())
                self.descriptions.append(found[3].decode())
                assert found[9] == b"\x09" and struct.unpack_from("<H", body)[0] == 101
            elif kind == PACKET:
                which, high, low, kept, length = struct.unpack_from("<IIIII", body)
                content = body[20:20 + kept]
                flags = options(body[20 + (kept + 3) // 4 * 4:])[2][0]
                self.packets.append((self.names[which], (high << 32 | low) / 1e9, content, length, flags))
            elif kind == STATISTICS:
                self.counts[struct.unpack_from("<I", body)[0]] = struct.unpack("<Q", options(body[12:])[8])[0]

    def contents(self, name=None):
        return [packet[2] for packet in self.packets if name in (None, packet[0])]


def classic(path, link_header):
    """The packets of tcpdump's own format, without their link header."""
    with open(path, "rb") as file:
        data = file.read()
    place, packets = 24, []
    while place < len(data):
        kept = struct.unpack_from("<I", data, place + 8)[0]
        packets.append(data[place + 16 + link_header:place + 16 + kept])
        place += 16 + kept
    return packets


class Captured(Case):
    """`needletail pcap` beside tcpdump, on a tunnel that carries echoes."""

    def setUp(self):
        super().setUp()
        self.lab.far()
        self.lab.file(["ListenPort = 51998", "Address = 10.88.0.1/24"], ["AllowedIPs = 203.0.113.0/24", *ENDPOINT])
        # So that nothing but what the tests send is in the tunnel.
        self.lab.at(self.lab.here, ["sysctl", "-q", "net.ipv6.conf.default.disable_ipv6=1"])
        self.lab.ours("up")
        self.ping(1, 32)
        self.file = self.lab.folder + "/capture"

    def ping(self, count, size):
        self.lab.at(self.lab.here, ["ping", "-c", str(count), "-i", "0.02", "-W", "5", "-s", str(size), "203.0.113.1"])

    def words(self, *more):
        return [self.lab.needletail, "pcap", self.lab.name, *more]

    def begin(self, *more, target=None):
        """A capture in the background, when it is under way."""
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.lab.here, *self.words(*more)], stdin=subprocess.DEVNULL,
            stdout=target or subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            # The socket is there; root is given up just before the first packet is looked at.
            pids = run(["ip", "netns", "pids", self.lab.here]).stdout.split()
            mine = [pid for pid in pids if "pcap" in read(f"/proc/{pid}/cmdline").split("\0") and "Uid:\t65534" in read(f"/proc/{pid}/status")]
            if mine:
                return process, int(mine[0])
            time.sleep(0.02)
        self.fail("the capture did not begin")

    def tcpdump(self, link, path, *more):
        process = self.lab.start(self.lab.here, ["tcpdump", "-Z", "root", "-U", "--immediate-mode", "-i", link, "-w", path, "-s", "0", *more])
        deadline = time.monotonic() + 15
        while (not os.path.exists(path) or os.path.getsize(path) < 24) and time.monotonic() < deadline:
            time.sleep(0.02)
        return process

    def finish(self, process, pid, kind=signal.SIGINT):
        os.kill(pid, kind)
        out, complaint = process.communicate(timeout=15)
        self.assertEqual(process.returncode, 0, complaint)
        return out, complaint

    def arrive(self, count, *paths):
        """Until tcpdump has written so many packets to each file."""
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                if all(len(classic(path, 0)) >= count for path in paths):
                    return
            except struct.error:
                pass  # In the middle of one.
            time.sleep(0.05)

    def settle(self, *paths):
        """Until files grow no more."""
        sizes = None
        while sizes != [os.path.getsize(path) for path in paths]:
            sizes = [os.path.getsize(path) for path in paths]
            time.sleep(0.5)

    def test_what_it_sees_is_what_tcpdump_sees(self):
        lab = self.lab
        inside, outside = lab.folder + "/inside", lab.folder + "/outside"
        process, pid = self.begin("--inner", "--outer", "--write", self.file, "--json")
        others = [self.tcpdump(lab.name, inside), self.tcpdump("eth0", outside, "udp", "port", "51998")]
        status = read(f"/proc/{pid}/status")
        self.assertIn("CapEff:\t0000000000000000", status)
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        before = time.time()
        for size in PAYLOADS:
            self.ping(3, size)
        self.arrive(2 * 3 * len(PAYLOADS), inside, outside)
        self.settle(self.file)
        out, _ = self.finish(process, pid)
        for other in others:
            other.terminate()
            other.wait(10)
        capture = Pcapng(self.file)
        echoes = 2 * 3 * len(PAYLOADS)
        self.assertEqual(capture.contents(lab.name), classic(inside, 0))
        self.assertEqual(capture.contents("eth0"), classic(outside, 14))
        self.assertEqual([len(capture.contents(name)) for name in (lab.name, "eth0")], [echoes, echoes])
        self.assertEqual(sorted(capture.counts.values()), [echoes, echoes])
        self.assertEqual(
            dict(zip(capture.names, capture.descriptions)),
            {lab.name: f"inside the tunnel {lab.name}", "eth0": f"datagrams of the tunnel {lab.name}"})
        for _, moment, content, length, flags in capture.packets:
            self.assertTrue(before - 1 < moment < time.time() + 1)
            self.assertEqual(length, len(content))
            self.assertEqual(flags, 2 if content[12:16] in (bytes([10, 88, 0, 1]), bytes([10, 77, 0, 1])) else 1)
        told = json.loads(out)
        self.assertEqual((told["packets"], told["bytes"], told["lost"], told["end"]), (2 * echoes, len(capture.data), 0, "signal"))

    def test_tcpdump_reads_it(self):
        """libpcap 1.10 takes one interface a file when packets have no link header; tshark takes any number."""
        for layer, wanted in (("--inner", "ICMP echo"), ("--outer", "UDP, length 128")):
            process, pid = self.begin(layer, "--write", self.file)
            self.ping(3, 64)
            self.settle(self.file)
            self.finish(process, pid)
            listing = run(["tcpdump", "-nn", "-r", self.file]).stdout.splitlines()
            self.assertEqual([wanted in line for line in listing], [True] * 6, listing)
            remove(self.file)

    def test_other_traffic_on_the_link_is_not_in_it(self):
        process, pid = self.begin("--outer", "--write", self.file)
        self.lab.at(self.lab.here, ["ping", "-c", "2", "-i", "0.1", "10.77.0.2"])
        self.ping(2, 100)
        self.settle(self.file)
        self.finish(process, pid)
        capture = Pcapng(self.file)
        self.assertEqual(len(capture.packets), 4)
        for content in capture.contents():
            self.assertIn(51998, struct.unpack_from(">HH", content, 20))

    def test_bounds_at_their_edges(self):
        lab = self.lab
        with self.subTest("packets"):
            process, _ = self.begin("--count", "3", "--write", self.file, "--json")
            self.ping(4, 100)
            out, complaint = process.communicate(timeout=15)
            self.assertEqual((process.returncode, json.loads(out)["end"]), (0, "packets"), complaint)
            self.assertEqual(len(Pcapng(self.file).packets), 3)
            self.assertEqual(run(["tcpdump", "-nn", "-r", self.file]).stdout.count("ICMP"), 3)
            remove(self.file)
        with self.subTest("bytes"):
            process, _ = self.begin("--bytes", "2048", "--write", self.file, "--json")
            self.ping(10, 500)
            out, complaint = process.communicate(timeout=15)
            self.assertEqual((process.returncode, json.loads(out)["end"]), (0, "bytes"), complaint)
            capture = Pcapng(self.file)
            self.assertLessEqual(len(capture.data), 2048)
            self.assertEqual(len(capture.packets), 3)
            remove(self.file)
        with self.subTest("seconds"):
            begin = time.monotonic()
            answer = lab.at(lab.here, self.words("--seconds", "0.5", "--write", self.file, "--json"))
            self.assertEqual(json.loads(answer.stdout)["end"], "seconds")
            self.assertGreater(time.monotonic() - begin, 0.5)
            self.assertEqual((len(Pcapng(self.file).packets), os.path.getsize(self.file) > 0), (0, True))
            run(["tcpdump", "-nn", "-r", self.file])
            remove(self.file)
        with self.subTest("bytes of a packet"):
            process, _ = self.begin("--count", "1", "--snap", "20", "--write", self.file)
            self.ping(1, 100)
            process.communicate(timeout=15)
            capture = Pcapng(self.file)
            self.assertEqual([(len(packet[2]), packet[3]) for packet in capture.packets], [(20, 128)])

    def test_a_ring_keeps_the_last_packets(self):
        for bound, kept in ((["--count", "6"], 6), (["--bytes", "2048"], 3)):
            process, pid = self.begin("--ring", *bound, "--write", self.file, "--json")
            self.ping(20, 100)
            self.assertLess(os.path.getsize(self.file), 200, "nothing is written before the end")
            self.ping(3, 444)
            time.sleep(0.5)
            out, _ = self.finish(process, pid)
            told, capture = json.loads(out), Pcapng(self.file)
            self.assertEqual((told["packets"], told["dropped"], told["lost"], told["end"]), (kept, 46 - kept, 0, "signal"))
            self.assertEqual([packet[3] for packet in capture.packets], [472] * kept)
            self.assertEqual(told["bytes"], os.path.getsize(self.file))
            self.assertLessEqual(len(capture.data), 2048 if kept == 3 else 1 << 20)
            self.assertEqual(run(["tcpdump", "-nn", "-r", self.file]).stdout.count("ICMP echo"), kept)
            remove(self.file)
        answer = self.lab.at(self.lab.here, self.words("--ring", "--seconds", "0.5", "--write", self.file, "--json"))
        self.assertEqual((json.loads(answer.stdout)["end"], len(Pcapng(self.file).packets)), ("seconds", 0))

    def test_it_goes_through_a_pipe(self):
        with open(self.file, "wb") as target:
            process, pid = self.begin("--inner", target=target)
        self.ping(2, 64)
        self.settle(self.file)
        _, complaint = self.finish(process, pid, signal.SIGTERM)
        self.assertRegex(complaint, r"^4 packets, \d+ bytes\n$")
        self.assertEqual(len(Pcapng(self.file).packets), 4)
        readers = f"ip netns exec {self.lab.here} {' '.join(self.words('--seconds', '0.3'))} | tcpdump -nn -r -"
        run(["sh", "-c", readers])

    def test_no_file_is_lost_by_it(self):
        lab = self.lab

        def refused(*more):
            answer = lab.at(lab.here, self.words("--seconds", "0.1", *more), check=False)
            self.assertNotEqual(answer.returncode, 0)
            return answer.stderr

        with open(self.file, "w", encoding="utf-8") as file:
            file.write("precious")
        self.assertIn("--force", refused("--write", self.file))
        self.assertEqual(read(self.file), "precious")
        link = self.file + "-link"
        os.symlink(self.file, link)
        self.assertIn("File exists", refused("--write", link))
        self.assertIn("no plain file", refused("--write", link, "--force"))
        self.assertIn("no plain file", refused("--write", "/dev/null", "--force"))
        self.assertEqual(read(self.file), "precious")
        os.chmod(self.file, 0o644)
        lab.at(lab.here, self.words("--seconds", "0.1", "--write", self.file, "--force"))
        self.assertEqual(os.stat(self.file).st_mode & 0o777, 0o600)
        self.assertEqual(len(Pcapng(self.file).packets), 0)
        self.assertIn("no such tunnel", lab.at(lab.here, [lab.needletail, "pcap", "eth0"], check=False).stderr)
        self.assertIn("another network namespace", lab.at(lab.there, self.words("--write", self.file + "2"), check=False).stderr)
        for wrong in (["--count", "0"], ["--snap", "0"], ["--snap", "262145"], ["--seconds", "0"], ["--bytes", "1023"]):
            self.assertEqual(lab.at(lab.here, self.words(*wrong), check=False).returncode, 2)

    def test_a_full_disk_leaves_a_whole_file(self):
        folder = self.lab.folder + "/small"
        os.mkdir(folder)
        run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", folder])
        self.addCleanup(run, ["umount", folder])
        process, _ = self.begin("--write", folder + "/capture")
        self.ping(20, 1000)
        _, complaint = process.communicate(timeout=15)
        self.assertEqual(process.returncode, 1)
        self.assertIn("No space left", complaint)
        self.assertGreater(len(Pcapng(folder + "/capture").packets), 5)
