import os
import re
import time

from case import ENDPOINT, Case
from laboratory import read, remove

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Docs", "Command.md")


class Apart(Case):
    """What the manual says of single programs, pasted as it stands."""

    # Sent by a program in the namespace, or by another: whether an address answers, and from where it was asked.
    ASK = "ping -c 1 -W 3 203.0.113.1 >/dev/null"

    def blocks(self):
        """The commands for going up and down, with the names of this test."""
        section = read(MANUAL).split("### A tunnel for single programs\n")[1].split("\n### ")[0]
        blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
        self.assertEqual(len(blocks), 2)
        space = f"office{os.getpid()}"
        # Should the way down not be gone.
        self.addCleanup(remove, f"/run/netns/{space}")
        for number, block in enumerate(blocks):
            self.assertIn("netns exec office needletail", block)
            block = re.sub(r"\boffice\b(?!-up)", space, block).replace("office-up", f"up{os.getpid()}")
            # Which program, and which tunnel.
            blocks[number] = block.replace("needletail ", f"{self.lab.needletail} ").replace("wg0", self.lab.path)
        return space, *blocks

    def test_programs_in_a_namespace_use_the_tunnel_and_others_do_not(self):
        lab = self.lab
        far = lab.far()
        lab.file(["Address = 10.88.0.1/24", "ListenPort = 51998"], ["AllowedIPs = 0.0.0.0/0", *ENDPOINT])
        lab.at(lab.here, ["sysctl", "-q", "net.ipv4.ip_forward=1"])
        self.before = lab.state()
        space, up, down = self.blocks()
        inside, outside = f"ip netns exec {space} sh -c '{self.ASK}'", self.ASK
        echoes = lab.folder + "/echoes"
        script = f"""set -e
{up}
{inside} && echo inside
{outside} && echo outside
ip -n {space} route get 203.0.113.1
ip route get 203.0.113.1
touch {lab.folder}/waits
while [ ! -e {lab.folder}/goes ]; do sleep 0.05; done
{inside} && echo leak || echo closed
{outside} && echo outside still
{down}
"""
        output = lab.folder + "/said"
        with open(output, "w", encoding="utf-8") as file, open(echoes, "w", encoding="utf-8") as seen:
            # Whatever comes to the far end from outside of its tunnel, and in it.
            capturer = lab.start(lab.there, ["tcpdump", "-n", "-l", "--immediate-mode", "-i", "any", "icmp[icmptype] == icmp-echo"], seen)
            self.addCleanup(capturer.wait)
            self.addCleanup(capturer.kill)
            time.sleep(1)
            shell = lab.start(lab.here, ["sh", "-c", f"exec 2>&1; {script}"], file, lab.environment())
            self.addCleanup(lambda: (shell.kill(), shell.wait()))
            deadline = time.monotonic() + 40
            while not os.path.exists(lab.folder + "/waits") and shell.poll() is None and time.monotonic() < deadline:
                time.sleep(0.05)
            self.assertTrue(os.path.exists(lab.folder + "/waits"), read(output))
            lab.kill_daemon()
            self.kill_daemon_of(lab.name)
            open(lab.folder + "/goes", "w", encoding="utf-8").close()
            self.assertEqual(shell.wait(40), 0, read(output))
            time.sleep(0.5)
        said = read(output)
        self.assertEqual([word for word in said.splitlines() if word in ("inside", "outside", "leak", "closed", "outside still")],
                         ["inside", "outside", "closed", "outside still"])
        self.assertRegex(said, rf"203\.0\.113\.1 dev {lab.name} ")
        self.assertRegex(said, r"203\.0\.113\.1 via 10\.77\.0\.2 dev eth0 ")
        lines = read(echoes).splitlines()
        self.assertEqual(len([line for line in lines if f" {far} " in line and "10.88.0.1 >" in line]), 1, lines)
        self.assertEqual(len([line for line in lines if " eth0 " in line and "10.77.0.1 >" in line]), 2, lines)
        self.assertEqual(len(lines), 3, lines)
        self.assertNothingLeft()

    def kill_daemon_of(self, name):
        """It is in a namespace of its own, whose processes `ip netns pids` of this one does not list."""
        for process in filter(str.isdigit, os.listdir("/proc")):
            words = read(f"/proc/{process}/cmdline").split("\0")
            if name in words and os.path.realpath(f"/proc/{process}/exe") == os.path.realpath(self.lab.daemon):
                os.kill(int(process), 9)
