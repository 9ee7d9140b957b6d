"""Two network namespaces with a cable between them, and what can be asked of the first: the place that tunnels come up in."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile

PATIENCE = 60


class Laboratory:
    """The place is `self.here`, with 10.77.0.1 and fd77::1; the far end is `self.there`, with 10.77.0.2 and fd77::2."""

    def __init__(self, needletail, daemon):
        self.needletail, self.daemon = os.path.abspath(needletail), os.path.abspath(daemon)
        self.folder = tempfile.mkdtemp(prefix="updown-")
        self.here, self.there = f"updown-{os.getpid()}-a", f"updown-{os.getpid()}-b"
        self.name = f"ud{os.getpid() % 1000000}"
        self.log = self.folder + "/resolvconf.log"
        self.hooks = self.folder + "/hooks.log"
        self.path = f"{self.folder}/{self.name}.conf"
        self.behind = None
        self.is_open = True
        atexit.register(self.close)
        self._fake_programs()
        for space in (self.here, self.there):
            run(["ip", "netns", "add", space])
            self.at(space, ["ip", "link", "set", "lo", "up"])
        run(["ip", "link", "add", "eth0", "netns", self.here, "type", "veth", "peer", "name", "eth0", "netns", self.there])
        for space, host in ((self.here, 1), (self.there, 2)):
            self.at(space, ["ip", "address", "add", f"10.77.0.{host}/24", "dev", "eth0"])
            self.at(space, ["ip", "address", "add", f"fd77::{host}/64", "dev", "eth0", "nodad"])
            self.at(space, ["ip", "link", "set", "eth0", "up"])
        self.at(self.here, ["ip", "route", "add", "default", "via", "10.77.0.2"])
        self.private, self.public = keys()
        self.far_private, self.far_public = keys()

    def close(self):
        if not self.is_open:
            return
        self.is_open = False
        for space in filter(None, (self.here, self.there, self.behind)):
            for process in run(["ip", "netns", "pids", space], check=False).stdout.split():
                run(["kill", "-9", process], check=False)
            run(["ip", "netns", "delete", space], check=False)
        for suffix in ("sock",):
            for name in (self.name, self.name + "far"):
                remove(f"/var/run/wireguard/{name}.{suffix}")
        for suffix in ("lock", "daemon", "journal", "up", "afterwards", "endpoints", "probing"):
            remove(f"/run/needletail/{self.name}.{suffix}")
        shutil.rmtree(self.folder)
        shutil.rmtree(f"/etc/netns/{self.here}", ignore_errors=True)

    def _fake_programs(self):
        """resolvconf that writes down what it is told; and for wg-quick an `ip` that knows no WireGuard in the kernel."""
        self.fakes = self.folder + "/fakes"
        os.mkdir(self.fakes)
        real = os.path.realpath(shutil.which("ip"))
        write(f"{self.fakes}/resolvconf", f'#!/bin/sh\necho "$@" >>{self.log}\n[ "$1" = -d ] || cat >>{self.log}\n', 0o755)
        shutil.copy(real, self.folder + "/real-ip")
        write(
            self.folder + "/ip",
            f"""#!/bin/sh
case "$*" in "link add "*" type wireguard") echo "Unknown device type" >&2; exit 2;; esac
exec {self.folder}/real-ip "$@"
""",
            0o755,
        )
        self.pretence = f"mount --bind {self.folder}/ip {real}; mount -t tmpfs none /sys/module; "

    def at(self, space, words, check=True, **more):
        return run(["ip", "netns", "exec", space] + words, check=check, **more)

    def environment(self):
        return dict(
            os.environ, PATH=f"{self.fakes}:{os.environ['PATH']}", LC_ALL="C", WG_QUICK_USERSPACE_IMPLEMENTATION=self.daemon)

    def quick(self, verb, check=True):
        """wg-quick with our daemon."""
        line = self.pretence + f"exec wg-quick {verb} {self.path}"
        return self.at(self.here, ["unshare", "-m", "sh", "-e", "-c", line], check=check, env=self.environment())

    def ours(self, verb, *options, check=True, under=()):
        """needletail, perhaps under another program."""
        words = list(under) + [self.needletail, verb, self.path, *options]
        return self.at(self.here, words, check=check, env=self.environment())

    def file(self, interface, *peers):
        """Writes the tunnel's file; a peer is the lines below its key."""
        lines = ["[Interface]", f"PrivateKey = {self.private}", *interface]
        for number, peer in enumerate(peers):
            key = self.far_public if number == 0 else other_key(number)
            lines += ["", "[Peer]", f"PublicKey = {key}", *peer]
        write(self.path, "\n".join(lines) + "\n", 0o600)

    def far(self, *more):
        """A tunnel at the far end, behind which 203.0.113.1 and 2001:db8::1 are; `more` networks are behind the near one."""
        for words in (["203.0.113.1/32"], ["2001:db8::1/128", "nodad"]):
            self.at(self.there, ["ip", "address", "add", *words, "dev", "lo"])
        return self.serve_far(*more)

    def serve_far(self, *more):
        """Starts the far end's tunnel, perhaps anew."""
        far = self.name + "far"
        self.at(self.there, [self.daemon, far])
        behind = ", ".join(("10.88.0.1/32", "fd88::1/128", *more))
        write(
            self.folder + "/far",
            f"[Interface]\nPrivateKey = {self.far_private}\nListenPort = 51999\n"
            f"[Peer]\nPublicKey = {self.public}\nAllowedIPs = {behind}\n",
            0o600,
        )
        self.at(self.there, ["wg", "setconf", far, self.folder + "/far"])
        for words in (
            ["link", "set", far, "up"], ["route", "add", "10.88.0.1", "dev", far],
            ["-6", "route", "add", "fd88::1", "dev", far],
        ):
            self.at(self.there, ["ip", *words])
        return far

    def lan(self):
        """One more namespace, behind the near end: 10.99.0.2."""
        self.behind = f"updown-{os.getpid()}-c"
        run(["ip", "netns", "add", self.behind])
        run(["ip", "link", "add", "lan0", "netns", self.here, "type", "veth", "peer", "name", "eth0", "netns", self.behind])
        for space, link, host in ((self.here, "lan0", 1), (self.behind, "eth0", 2)):
            self.at(space, ["ip", "address", "add", f"10.99.0.{host}/24", "dev", link])
            self.at(space, ["ip", "link", "set", link, "up"])
        self.at(self.behind, ["ip", "route", "add", "default", "via", "10.99.0.1"])
        return self.behind

    def hosts(self, address):
        """What `vpn.example` is at the near end, for programs that start from now on."""
        folder = f"/etc/netns/{self.here}"
        os.makedirs(folder, exist_ok=True)
        write(folder + "/hosts", f"127.0.0.1 localhost\n{address} vpn.example\n" if address else "127.0.0.1 localhost\n", 0o644)

    def start(self, space, words, output=subprocess.DEVNULL, environment=None):
        """A program in the background, which `close` ends with everything in its namespace."""
        return subprocess.Popen(
            ["ip", "netns", "exec", space, *words], stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
            env=environment)

    def kill_daemon(self, space=None):
        """The near end's daemon, or another, without a chance to clear away."""
        for process in run(["ip", "netns", "pids", space or self.here]).stdout.split():
            if os.path.realpath(f"/proc/{process}/exe") == os.path.realpath(self.daemon):
                run(["kill", "-9", process])

    def take(self, path):
        """What is in a log, which is empty afterwards."""
        text = read(path)
        remove(path)
        return text

    def state(self):
        """All that bringing a tunnel up may change, with the names of the packet filter's tables and chains left out."""
        state = {}
        links = json.loads(self.at(self.here, ["ip", "-j", "-N", "address", "show"]).stdout)
        state["links"] = {
            link["ifname"]: {
                "mtu": link["mtu"],
                "flags": sorted(link["flags"]),
                "addresses": sorted(
                    (a["family"], a["local"], a["prefixlen"], a["scope"])
                    for a in link["addr_info"]
                    # The kernel gives a TUN device a random one.
                    if not a["local"].startswith("fe80")
                ),
            }
            for link in links
        }
        for family in ("-4", "-6"):
            routes = json.loads(self.at(self.here, ["ip", "-j", "-N", family, "route", "show", "table", "all"]).stdout)
            state["routes " + family] = sorted(
                json.dumps(route, sort_keys=True) for route in routes if "fe80" not in route["dst"])
            state["rules " + family] = json.loads(self.at(self.here, ["ip", "-j", "-N", family, "rule", "show"]).stdout)
        state["filter"] = self.filter()
        mark = self.at(self.here, ["cat", "/proc/sys/net/ipv4/conf/all/src_valid_mark"]).stdout.strip()
        state["source marks"] = mark
        state["socket"] = os.path.exists(f"/var/run/wireguard/{self.name}.sock")
        state["configuration"] = self.at(self.here, ["wg", "showconf", self.name], check=False).stdout
        return state

    def filter(self):
        text = self.at(self.here, ["nft", "-s", "list", "ruleset"]).stdout
        text = text.replace(f"wg-quick-{self.name}", "TABLE").replace(f"needletail-{self.name}", "TABLE")
        # Apart from the order of tables, and the random address that a TUN device has from the kernel.
        text = "\n".join(line for line in text.split("\n") if "daddr fe80:" not in line)
        text = "".join(sorted("table " + part for part in text.split("table ") if part))
        names = []
        for found in re.findall(r"chain (\S+)", text):
            if found not in names:
                names.append(found)
        for number, found in enumerate(names):
            text = text.replace(f"chain {found} ", f"chain C{number} ")
        return text

    def left_behind(self):
        """Files and processes of the tunnel."""
        left = [f for f in os.listdir("/run/needletail") if f.startswith((self.name + ".", ".dat"))] if os.path.isdir("/run/needletail") else []
        left = [f for f in left if f.rsplit(".", 1)[1] not in ("lock", "daemon")]
        left += run(["ip", "netns", "pids", self.here], check=False).stdout.split()
        return left


def run(words, check=True, env=None, input=None):
    result = subprocess.run(
        words, stdin=None if input is not None else subprocess.DEVNULL, input=input, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=env, timeout=PATIENCE)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {result.returncode}\n{result.stdout}{result.stderr}")
    return result


def keys():
    private = run(["wg", "genkey"]).stdout.strip()
    return private, run(["wg", "pubkey"], input=private).stdout.strip()


def other_key(number):
    return run(["wg", "pubkey"], input="A" * 42 + chr(ord("A") + 4 * number) + "=").stdout.strip()


def write(path, text, mode):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass
