import os
import re

from case import ENDPOINT, Case
from laboratory import read, write

MANUAL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Docs", "Command.md")


class Switched(Case):
    """Tunnels by network, with events from a script."""

    def file(self, *lines):
        self.lab.file([*(f"# Needletail: {line}" for line in lines), "Address = 10.88.0.1/24"], ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])

    def network(self, *names, check=True):
        lab = self.lab
        return lab.at(lab.here, [lab.needletail, "network", "--file", lab.path, *names], check=check, env=lab.environment())

    def is_up(self):
        return self.lab.name in self.lab.state()["links"]

    def test_events_bring_it_up_and_down(self):
        name = self.lab.name
        self.file("UpOn = any", "DownOn = Home, Office Wi-Fi")
        for networks, said, is_up in (
            (["Cafe"], f"{name}  up\n", True), (["Cafe"], "", True), ([], "", True), ([name], "", True),
            (["Office Wi-Fi", "Cafe"], f"{name}  down\n", False), ([], "", False), (["Home"], "", False),
            (["home"], f"{name}  up\n", True), (["Cafe", "Home"], f"{name}  down\n", False),
        ):
            self.assertEqual((self.network(*networks).stdout, self.is_up()), (said, is_up), networks)
        self.assertEqual(self.network("Cafe", "--dry-run").stdout, f"{name}  up\n")
        self.assertNothingLeft()

    def test_a_daemon_that_died_is_replaced_and_what_fails_is_said(self):
        name = self.lab.name
        self.file("UpOn = Cafe")
        self.network("Cafe")
        self.lab.kill_daemon()
        self.assertEqual(self.network("Cafe").stdout, f"{name}  up\n")
        self.assertTrue(self.is_up())
        self.lab.kill_daemon()
        self.assertEqual(self.network("Home").stdout, f"{name}  down\n")
        self.assertNothingLeft()
        # A file that says nothing is left alone, whoever brought it up.
        self.file()
        self.lab.ours("up")
        self.assertEqual((self.network("Home").stdout, self.is_up()), ("", True))
        self.lab.ours("down")
        self.file("UpOn = any", "DownOn =")
        answer = self.network("Home", check=False)
        self.assertEqual(answer.returncode, 1)
        self.assertIn("line 4: UpOn and DownOn are names of networks", answer.stderr)
        self.lab.at(self.lab.here, ["ip", "tuntap", "add", name, "mode", "tun"])
        self.file("UpOn = any")
        answer = self.network("Home", check=False)
        self.assertEqual(answer.returncode, 1)
        self.assertIn(f"there is an interface {name} already", answer.stderr)
        self.lab.at(self.lab.here, ["ip", "link", "delete", name])
        self.assertNothingLeft()

    def test_a_switch_that_an_up_left_goes_where_the_tunnel_is_to_be_down(self):
        lab = self.lab
        settings = ["KillSwitch = strict", "DownOn = Home"]

        def reaches():
            return lab.at(lab.here, ["ping", "-c", "1", "-W", "1", "10.77.0.2"], check=False).returncode == 0

        self.file(*settings)
        self.network("Cafe")
        lab.kill_daemon()
        lines = [*(f"# Needletail: {line}" for line in settings), "Address = 10.88.0.1/24", "PostUp = false"]
        lab.file(lines, ["AllowedIPs = 10.9.0.0/16", *ENDPOINT])
        self.assertEqual(self.network("Cafe", check=False).returncode, 1)
        self.assertEqual((reaches(), self.is_up()), (False, False), "the switch is what is left")
        self.assertEqual(self.network("Home").stdout, f"{lab.name}  down\n")
        self.assertTrue(reaches())
        self.assertEqual(self.network("Home").stdout, "")
        self.assertNothingLeft()

    def test_the_script_of_the_manual(self):
        lab = self.lab
        self.file("DownOn = Home net")
        section = read(MANUAL).split("### Tunnels by network\n")[1].split("\n### ")[0]
        script = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)[0]
        write(lab.fakes + "/nmcli", '#!/bin/sh\n[ "$*" = "-e no -g TYPE,NAME connection show --active" ] && cat "$(dirname "$0")/active"\n', 0o755)
        write(lab.fakes + "/needletail", f'#!/bin/sh\nverb=$1; shift; exec {lab.needletail} "$verb" --file {lab.path} "$@"\n', 0o755)
        write(lab.folder + "/50-needletail", script, 0o755)

        def event(active, event):
            write(lab.fakes + "/active", "".join(line + "\n" for line in active), 0o644)
            return lab.at(lab.here, [lab.folder + "/50-needletail", "eth0", event], check=False, env=lab.environment())

        ours = ["loopback:lo", f"tun:{lab.name}"]
        for active, kind, is_up in (
            (["802-11-wireless:Cafe", "loopback:lo"], "connectivity-change", False), (["802-11-wireless:Cafe", "loopback:lo"], "up", True),
            (ours, "down", True), (["802-11-wireless:Home net", *ours], "up", False), (ours, "down", False),
            ([*ours, "wireguard:Cafe", "vpn:Cafe"], "up", False), ([], "down", False),
            # A network that has the tunnel's name is a network.
            ([f"802-11-wireless:{lab.name}", *ours], "up", True), (["802-3-ethernet:a:b", "802-11-wireless:Home net"], "down", False),
        ):
            answer = event(active, kind)
            self.assertEqual((answer.returncode, self.is_up()), (0, is_up), (active, kind, answer.stderr))
        # Whoever may name a connection runs nothing as root.
        trap = lab.folder + "/trap0.conf"
        write(trap, f"[Interface]\nPrivateKey = {lab.private}\n# Needletail: UpOn = any\nPreUp = touch {lab.folder}/trapped; false\n", 0o644)
        for name in (f"--file={trap}", f"--file\n802-11-wireless:{trap}", "--dry-run", "--json", "-h", "--help", "--version", "--", "---completion",
                     "--generate-completion-script", "--experimental-dump-help", "help", "-", "$(reboot)", "'", '"', "\\"):
            answer = event([f"802-11-wireless:{name}"], "up")
            self.assertEqual((answer.returncode, answer.stdout, answer.stderr), (0, f"{lab.name}  up\n", ""), name)
            self.assertFalse(os.path.exists(lab.folder + "/trapped"), name)
            self.assertEqual(event(["802-11-wireless:Home net"], "up").stdout, f"{lab.name}  down\n", name)
        self.assertNothingLeft()
