"""Two network namespaces joined by a veth pair, with a daemon and its tunnel in each."""

import base64
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from processes import run, start, stop

PREFIX = "nt-bench-"
PORT = 51820
SOCKETS = "/var/run/wireguard"


def sweep():
    """Removes namespaces and sockets that a killed run of the benchmarks left; its processes ended with it."""
    for line in run("ip", "netns", "list").splitlines():
        match = re.match(PREFIX + r"(\d+)-\d+-[ab]\b", line)
        if match and not os.path.exists(f"/proc/{match.group(1)}"):
            run("ip", "netns", "del", match.group(0))
    for name in os.listdir(SOCKETS) if os.path.isdir(SOCKETS) else []:
        match = re.fullmatch(r"nt(\d+)-\d+[ab]\.sock", name)
        if match and not os.path.exists(f"/proc/{match.group(1)}"):
            os.remove(os.path.join(SOCKETS, name))


class Bed:
    """A context manager, so that nothing is left behind. Side 0 has the addresses that end in 1, side 1 those in 2."""

    def __init__(self, daemon, number=0):
        self.daemon = daemon
        # Beds of one run differ in their numbers.
        mark = f"{os.getpid()}-{number}"
        self.spaces = [f"{PREFIX}{mark}-{side}" for side in "ab"]
        self.links = [f"nb{mark}{side}" for side in "ab"]
        self.tunnels = [f"nt{mark}{side}" for side in "ab"]
        self.processes = []
        self.folder = None

    def inside(self, side, *command, **options):
        """The output of a command run in the namespace of one side."""
        return run("ip", "netns", "exec", self.spaces[side], *command, **options)

    def start(self, side, *command, **options):
        """Starts a command in the namespace of one side; it ends with the bed at the latest."""
        process = start("ip", "netns", "exec", self.spaces[side], *command, **options)
        self.processes.append(process)
        return process

    def __enter__(self):
        try:
            self.build()
            return self
        except BaseException:
            self.__exit__()
            raise

    def build(self):
        self.folder = tempfile.mkdtemp()
        for space in self.spaces:
            run("ip", "netns", "add", space)
        run("ip", "link", "add", self.links[0], "netns", self.spaces[0], "type", "veth",
            "peer", "name", self.links[1], "netns", self.spaces[1])
        keys = [run("wg", "genkey").strip() for _ in range(2)]
        self.publics = [run("wg", "pubkey", input=key).strip() for key in keys]
        self.daemons = []
        environment = {**os.environ, "WG_PROCESS_FOREGROUND": "1"}
        for side in range(2):
            self.inside(side, "ip", "address", "add", f"192.0.2.{side + 1}/24", "dev", self.links[side])
            self.inside(side, "ip", "link", "set", self.links[side], "up")
            self.daemons.append(self.start(side, self.daemon, "-f", self.tunnels[side], env=environment))
        for side in range(2):
            self.await_daemon(side)
            path = os.path.join(self.folder, f"key{side}")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.write(keys[side])
            run("wg", "set", self.tunnels[side], "private-key", path, "listen-port", PORT,
                "peer", self.publics[1 - side], "endpoint", f"192.0.2.{2 - side}:{PORT}",
                "allowed-ips", f"10.77.0.{2 - side}/32")
            self.inside(side, "ip", "address", "add", f"10.77.0.{side + 1}/24", "dev", self.tunnels[side])
            self.inside(side, "ip", "link", "set", self.tunnels[side], "up")
        self.inside(0, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "5", "10.77.0.2")

    def await_daemon(self, side):
        for _ in range(100):
            if subprocess.run(["wg", "show", self.tunnels[side]], capture_output=True, timeout=10).returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{self.daemon} did not answer on its control socket")

    def __exit__(self, *_):
        for process in reversed(self.processes):
            stop(process)
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], capture_output=True, timeout=30)
        for tunnel in self.tunnels:
            try:
                os.remove(os.path.join(SOCKETS, f"{tunnel}.sock"))
            except FileNotFoundError:
                pass
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def public_key(self, side):
        """The public key of one side's interface in hexadecimal."""
        return base64.b64decode(self.publics[side]).hex()

    def add_peers(self, side, keys):
        """Adds peers with these hexadecimal public keys and an address each, through the control socket."""
        lines = ["set=1"]
        for number, key in enumerate(keys):
            lines.append(f"public_key={key}")
            lines.append(f"allowed_ip=10.{128 + (number >> 16)}.{number >> 8 & 255}.{number & 255}/32")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as control:
            control.settimeout(120)
            control.connect(os.path.join(SOCKETS, f"{self.tunnels[side]}.sock"))
            control.sendall(("\n".join(lines) + "\n\n").encode())
            reply = control.recv(4096).decode().strip()
        if reply != "errno=0":
            raise RuntimeError(f"{self.daemon} answered {reply!r} to {len(keys)} peers")
