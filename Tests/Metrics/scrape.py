#!/usr/bin/env python3
"""scrape.py NEEDLETAIL NEEDLETAILD: metrics of a tunnel as Prometheus itself reads them.

Two daemons with a tunnel between them in a network of their own; `needletail metrics` prints and serves what they do;
Debian's promtool judges the page, and its prometheus scrapes it and is asked what it has understood. Needs root, wg, ip,
unshare, prometheus. Ends with 1 when something was not as it should be.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

FAR_PORT, PROMETHEUS_PORT = 51999, 19090
CONNECTIONS = 32
failures = 0
processes = []


def check(what, holds):
    global failures
    print(f"{'ok' if holds else 'FAILED'}: {what}", flush=True)
    failures += not holds


def run(*command, **options):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True, timeout=30,
                          **options).stdout


def start(*command, **options):
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, **options)
    processes.append(process)
    return process


def await_that(holds, seconds=15):
    """Whether it holds within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


def tunnel(daemon, work):
    """Two interfaces, near and far, whose peers greet each other once a second; the near one's peer has a name."""
    keys = {}
    for name in ("near", "far"):
        start(daemon, "-f", name, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not await_that(lambda: os.path.exists(f"/var/run/wireguard/{name}.sock")):
            sys.exit(f"scrape: {daemon} made no control socket for {name}")
        keys[name] = run("wg", "genkey").strip()
    publics = {name: run("wg", "pubkey", input=key).strip() for name, key in keys.items()}
    for name, other, port, peer_port in (("near", "far", 0, FAR_PORT), ("far", "near", FAR_PORT, None)):
        path = os.path.join(work, f"{name}.conf")
        with open(path, "w") as file:
            endpoint = f"Endpoint = 127.0.0.1:{peer_port}\nPersistentKeepalive = 1\n" if peer_port else ""
            file.write(f"[Interface]\nPrivateKey = {keys[name]}\nListenPort = {port}\n[Peer]\n# friendly_name = {other} end\n"
                       f"PublicKey = {publics[other]}\nAllowedIPs = 10.9.0.0/24, fd00::/64\n{endpoint}")
        run("wg", "setconf", name, path)
        run("ip", "link", "set", name, "up")
    return publics


def get(port, path="/metrics", method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def promtool(page):
    """What promtool has against a page; nothing when it has not."""
    result = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, text=True, timeout=30)
    return "" if result.returncode in (0, 3) and "error" not in result.stderr else result.stderr


def serve(needletail, work):
    """The server and its port."""
    server = start(needletail, "metrics", "--listen", "127.0.0.1:0", "--names", os.path.join(work, "near.conf"),
                   stderr=subprocess.PIPE, text=True)
    line = server.stderr.readline()
    return server, int(urllib.parse.urlsplit(line.split()[-1]).port)


def pages(needletail, port, publics):
    printed = run(needletail, "metrics")
    check("promtool takes what is printed", promtool(printed) == "")
    check("both interfaces are there", all(f'wireguard_up{{interface="{name}"}} 1' in printed for name in ("near", "far")))
    answer, page = get(port)
    check("the older format by default", answer.getheader("content-type").startswith("text/plain; version=0.0.4"))
    check("promtool takes what is served", promtool(page) == "")
    check("a comment names the peer", f'public_key="{publics["far"]}"' in page and 'friendly_name="far end"' in page)
    answer, page = get(port, Accept="application/openmetrics-text;version=1.0.0,*/*;q=0.1")
    check("OpenMetrics for who asks for it", answer.getheader("content-type").startswith("application/openmetrics-text")
          and page.endswith("# EOF\n"))
    for path, method, status in (("/", "GET", 200), ("/metrics?x=1", "GET", 200), ("/other", "GET", 404),
                                 ("/metrics", "POST", 405), ("/metrics", "HEAD", 200)):
        answer, page = get(port, path, method)
        check(f"{method} {path} is answered with {status}", answer.status == status and (method != "HEAD" or page == ""))


def bounds(port):
    held = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(CONNECTIONS)]
    time.sleep(0.5)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as beyond:
        try:
            beyond.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            check(f"connection {CONNECTIONS + 1} is closed", beyond.recv(1) == b"")
        except ConnectionError:
            check(f"connection {CONNECTIONS + 1} is closed", True)
    for connection in held:
        connection.close()
    check("and afterwards there is room again", await_that(lambda: works(port)))
    with socket.create_connection(("127.0.0.1", port), timeout=20) as endless:
        sent = 0
        try:
            endless.sendall(b"GET /metrics HTTP/1.1\r\n")
            while sent < 10_000_000:
                endless.sendall(b"X-Header: " + b"y" * 1000 + b"\r\n")
                sent += 1012
        except ConnectionError:
            pass
        check(f"a head without end is cut off after {sent} bytes", sent < 10_000_000)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as silent:
        begin = time.monotonic()
        silent.sendall(b"GET /metrics HTTP/1.1\r\n")
        while silent.recv(4096):
            pass
        check("a silent connection is closed", 10 < time.monotonic() - begin < 25)


def works(port):
    try:
        return get(port)[0].status == 200
    except OSError:
        return False


def prometheus(port, work):
    with open(os.path.join(work, "prometheus.yml"), "w") as file:
        file.write(f"global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: tunnels, static_configs: "
                   f"[{{targets: ['127.0.0.1:{port}']}}]}}]\n")
    start("prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/data",
          f"--web.listen-address=127.0.0.1:{PROMETHEUS_PORT}", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(query):
        address = f"http://127.0.0.1:{PROMETHEUS_PORT}/api/v1/query?" + urllib.parse.urlencode({"query": query})
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return [(item["metric"], float(item["value"][1])) for item in json.load(answer)["data"]["result"]]
        except OSError:
            return []

    check("prometheus scrapes it", await_that(lambda: ask("up") and ask("up")[0][1] == 1, 40))
    for query in ('wireguard_peer_up{interface="near",friendly_name="far end"}',
                  'rate(wireguard_sent_bytes_total{interface="near"}[10s]) > bool 0',
                  'wireguard_latest_handshake_delay_seconds{interface="near"} < bool 60'):
        check(f"prometheus has {query}", await_that(lambda: [value for _, value in ask(query)] == [1], 30))
    with open(os.path.join(os.path.dirname(os.path.realpath(__file__)), "../../Docs/dashboard.json")) as file:
        panels = json.load(file)["panels"]
    for query in (target["expr"] for panel in panels for target in panel["targets"]):
        query = query.replace("$interface", "near").replace("$__rate_interval", "10s")
        check(f"the dashboard's {query} has an answer", await_that(lambda: ask(query), 20))
    labels = ask('wireguard_sent_bytes_total{interface="near"}')[0][0]
    check("with the labels of dashboards", {"interface", "public_key", "allowed_ips", "friendly_name"} <= set(labels))


def unix_socket(needletail, work):
    path = os.path.join(work, "metrics.sock")
    server = start(needletail, "metrics", "--listen", path, stderr=subprocess.DEVNULL)
    check("a Unix socket serves too", await_that(lambda: os.path.exists(path)))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(path)
        connection.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        check("and closes where it is asked to", b" 200 " in answer.split(b"\r\n")[0] and b"wireguard_up" in answer)
    for number in (signal.SIGTERM, signal.SIGINT):
        server.send_signal(number)
        check(f"{number.name} ends it in order", server.wait(timeout=10) == 0)
        check("and takes its socket away", not os.path.exists(path))
        if number == signal.SIGTERM:
            server = start(needletail, "metrics", "--listen", path, stderr=subprocess.DEVNULL)
            check("another one serves there", await_that(lambda: os.path.exists(path)))


def refusals(needletail):
    for words, part in ((["--listen", "0.0.0.0:0"], "--expose"), (["--listen", "nowhere"], "not ADDRESS:PORT"),
                        (["--names", "/nowhere"], "cannot be read")):
        result = subprocess.run([needletail, "metrics", *words], capture_output=True, text=True, timeout=20)
        check(f"{' '.join(words)} is refused", result.returncode == 2 and part in result.stderr)


def silent_daemon(needletail):
    """A daemon that takes the request and never answers."""
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind("/var/run/wireguard/mute.sock")
        mute.listen(8)
        begin = time.monotonic()
        page = run(needletail, "metrics")
        check("a daemon that says nothing is given up",
              'wireguard_up{interface="mute"} 0' in page and 4 < time.monotonic() - begin < 20)
    os.remove("/var/run/wireguard/mute.sock")


def full_daemon(needletail):
    """A daemon that accepts nobody: its queue is full."""
    path = "/var/run/wireguard/full.sock"
    waiting = []
    with socket.socket(socket.AF_UNIX) as full:
        full.bind(path)
        full.listen(0)
        try:
            for _ in range(16):
                waiting.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK))
                waiting[-1].connect(path)
            check("the queue is full", False)
        except BlockingIOError:
            pass
        begin = time.monotonic()
        names = subprocess.run([needletail, "show", "interfaces"], capture_output=True, text=True, timeout=20).stdout
        check("names are told without waiting", "full" in names.split() and time.monotonic() - begin < 3)
        begin = time.monotonic()
        page = run(needletail, "metrics")
        check("a daemon that accepts nobody is given up",
              'wireguard_up{interface="full"} 0' in page and 'wireguard_up{interface="near"} 1' in page
              and 4 < time.monotonic() - begin < 20)
        for connection in waiting:
            connection.close()
    os.remove(path)


def main():
    needletail, daemon = map(os.path.realpath, sys.argv[1:3])
    if "SCRAPE_INSIDE" not in os.environ:
        os.execvpe("unshare", ["unshare", "-nm", sys.executable, "-B", __file__, needletail, daemon],
                   {**os.environ, "SCRAPE_INSIDE": "1"})
    run("ip", "link", "set", "lo", "up")
    os.makedirs("/var/run/wireguard", exist_ok=True)
    run("mount", "-t", "tmpfs", "tmpfs", "/var/run/wireguard")
    with tempfile.TemporaryDirectory() as work:
        try:
            publics = tunnel(daemon, work)
            refusals(needletail)
            silent_daemon(needletail)
            full_daemon(needletail)
            server, port = serve(needletail, work)
            pages(needletail, port, publics)
            prometheus(port, work)
            bounds(port)
            check("the server is still there", server.poll() is None)
            unix_socket(needletail, work)
        finally:
            for process in reversed(processes):
                process.terminate()
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    process.kill()
    sys.exit(failures > 0)


main()
