import base64
import os
import time

from case import ENDPOINT, Case
from laboratory import keys, read, run, write


def forms(secret):
    """How a key can be written."""
    return secret, secret.rstrip("="), base64.b64decode(secret).hex(), base64.b64decode(secret).hex().upper()


class Told(Case):
    """Nothing that is secret is told where nobody asks for it."""

    def test_no_secret_key_is_in_logs_or_answers(self):
        lab = self.lab
        lab.far()
        shared, _ = keys()
        lab.file(["Address = 10.88.0.1/24"], [f"PresharedKey = {shared}", "AllowedIPs = 203.0.113.0/24", *ENDPOINT])
        log = lab.folder + "/daemon.log"
        with open(log, "w", encoding="utf-8") as output:
            daemon = lab.start(lab.here, ["sh", "-c", f"exec {lab.daemon} -f {lab.name} 2>&1"], output, dict(os.environ, LOG_LEVEL="verbose"))
            self.addCleanup(daemon.wait)
            self.addCleanup(daemon.kill)
            deadline = time.monotonic() + 15
            while not os.path.exists(f"/var/run/wireguard/{lab.name}.sock") and time.monotonic() < deadline:
                time.sleep(0.05)
            lab.ours("reload")
            lab.at(lab.here, ["ip", "link", "set", lab.name, "up"])
            lab.at(lab.here, ["ip", "address", "add", "10.88.0.1/24", "dev", lab.name])
            lab.at(lab.here, ["ip", "route", "add", "203.0.113.0/24", "dev", lab.name])
            # Refused: the far end knows nothing of a preshared key.
            lab.at(lab.here, ["ping", "-c", "1", "-W", "2", "203.0.113.1"], check=False)
            told = ""
            for words in (
                ["show"], ["show", "--json"], ["status"], ["status", "--json"], ["doctor", lab.path], ["doctor", "--json", lab.path],
                ["explain", "handshake", lab.far_public], ["explain", "route", "203.0.113.1", "--json"], ["metrics"],
                ["top", "--interval", "0.1", "--json"], ["up", "--dry-run", lab.path], ["refresh", lab.path],
            ):
                answer = lab.at(lab.here, [lab.needletail, *words], check=False, env=lab.environment())
                self.assertNotEqual(answer.stdout + answer.stderr, "" if words[0] != "refresh" else None, words)
                told += answer.stdout + answer.stderr
            # So that a search that finds nothing means something.
            self.assertIn(lab.private, lab.at(lab.here, [lab.needletail, "showconf", lab.name]).stdout)
            self.assertIn(lab.far_public, told)
            lab.kill_daemon()
        logged = read(log)
        self.assertNotEqual(logged, "", "the daemon logs")
        for secret in (lab.private, shared):
            for form in forms(secret):
                self.assertNotIn(form, told)
                self.assertNotIn(form.lower(), logged.lower())

    def test_a_command_that_fails_is_named_and_not_told(self):
        lab = self.lab
        peer = ["AllowedIPs = 10.9.0.0/16", *ENDPOINT]
        secret = "echo me:hunter2 >/dev/null; exit 7"
        for key, verb, number in (("PreUp", "up", 1), ("PostUp", "up", 2), ("PreDown", "down", 1), ("PostDown", "down", 2)):
            lines = ["Address = 10.88.0.1/24", *[f"{key} = true"] * (number - 1), f"{key.lower()}={secret}"]
            lab.file(lines, peer)
            if verb == "down":
                lab.ours("up")
            failed = lab.ours(verb, check=False)
            self.assertEqual(failed.returncode, 1)
            self.assertIn(f"{key} {number} ({lab.path}:{len(lines) + 2}) ended with 7", failed.stderr)
            self.assertNotIn("hunter2", failed.stdout + failed.stderr)
            lab.file(["Address = 10.88.0.1/24"], peer)
            lab.ours("down", check=False)
            self.assertNothingLeft()
        # Nor is it in a bundle when a shell that does not understand it has said it to the log.
        lab.file(["Address = 10.88.0.1/24", f"PostUp = {secret}; ("], peer)
        failed = lab.ours("up", check=False)
        write(lab.folder + "/log", failed.stderr, 0o600)
        write(lab.fakes + "/journalctl", f"#!/bin/sh\ncat {lab.folder}/log\n", 0o755)
        words = [lab.needletail, "doctor", "--bundle", lab.folder + "/bundle", lab.path]
        lab.at(lab.here, words, check=False, env=lab.environment())
        self.assertIn("PostUp 1", read(lab.folder + "/bundle"), "the log was in it")
        self.assertNotIn("hunter2", read(lab.folder + "/bundle"))

    def test_a_group_may_read_metrics_and_no_control_socket(self):
        lab = self.lab
        shared, _ = keys()
        lab.file(["Address = 10.88.0.1/24"], [f"PresharedKey = {shared}", "AllowedIPs = 10.9.0.0/16", *ENDPOINT])
        lab.ours("up")
        self.addCleanup(lab.ours, "down")
        # Where everybody gets to it.
        path = f"/run/needletail-metrics-{os.getpid()}.sock"
        server = lab.start(lab.here, [lab.needletail, "metrics", "--listen", path, "--group", "daemon"])
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        deadline = time.monotonic() + 15
        while (not os.path.exists(path) or os.stat(path).st_gid != 1) and time.monotonic() < deadline:
            time.sleep(0.05)

        def asked(groups, socket, place="metrics"):
            words = ["setpriv", "--reuid=65534", "--regid=65534", groups, "curl", "-sS", "--unix-socket", socket, f"http://x/{place}"]
            return run(words, check=False)

        answer = asked("--groups=1", path)
        self.assertIn(f'wireguard_peer_info{{interface="{lab.name}"', answer.stdout, answer.stderr)
        self.assertNotIn(lab.private, answer.stdout)
        self.assertNotIn(shared, answer.stdout)
        other = asked("--clear-groups", path)
        self.assertEqual((other.returncode, other.stdout), (7, ""), "it could not connect")
        self.assertEqual((os.stat(path).st_mode & 0o777, os.stat(path).st_uid, os.stat(path).st_gid), (0o660, 0, 1))
        # Without a group it is its owner's alone, whatever is usual.
        alone = lab.start(lab.here, ["sh", "-c", f"umask 0; exec {lab.needletail} metrics --listen {path}.alone"])
        self.addCleanup(alone.wait)
        self.addCleanup(alone.terminate)
        while not os.path.exists(path + ".alone") and time.monotonic() < deadline + 15:
            time.sleep(0.05)
        self.assertEqual(os.stat(path + ".alone").st_mode & 0o777, 0o700)
        # The control socket, which gives away keys and takes any change, is root's.
        control = asked("--groups=1", f"/var/run/wireguard/{lab.name}.sock", "get=1")
        self.assertEqual((control.returncode, control.stdout), (7, ""), "it could not connect")
        for wrong, words in ((["--group", "daemon"], "--listen"), (["--listen", path + "2", "--group", "nobody-at-all"], "no such group")):
            refused = lab.at(lab.here, [lab.needletail, "metrics", *wrong], check=False)
            self.assertEqual(refused.returncode, 2)
            self.assertIn(words, refused.stderr)

    def test_a_bundle_has_the_facts_and_no_secret(self):
        lab = self.lab
        lab.far()
        shared, _ = keys()
        lab.hosts("10.77.0.2")
        lab.file(
            ["Address = 10.88.0.1/24", "PostUp = true password"],
            [f"PresharedKey = {shared}", "AllowedIPs = 203.0.113.0/24", "Endpoint = vpn.example:51999"],
            ["AllowedIPs = 10.99.0.0/24", "Endpoint = 198.51.100.7:5"])
        # A log that has all that it must not have.
        told = [form for secret in (lab.private, shared) for form in forms(secret)]
        lines = "\n".join([f"Nov 30 needletaild: key {form}" for form in told] + ["peer at 10.77.0.2:51999, vpn.example, 192.0.2.200"])
        write(lab.fakes + "/journalctl", f"#!/bin/sh\ncat <<'END'\n{lines}\nEND\n", 0o755)
        lab.ours("up")
        self.addCleanup(lab.ours, "down")

        def bundle(name, *more, check=True):
            path = f"{lab.folder}/{name}"
            words = [lab.needletail, "doctor", "--bundle", path, *more, lab.path]
            answer = lab.at(lab.here, words, check=False, env=lab.environment())
            return answer, read(path)

        answer, text = bundle("closed")
        self.assertIn("read it before you send it", answer.stderr)
        self.assertEqual(os.stat(lab.folder + "/closed").st_mode & 0o777, 0o600)
        self.assertIn("(key)", text, "the log was in it")
        for form in told + ["password", "vpn.example", "198.51.100.7", "192.0.2.200"]:
            self.assertNotIn(form, text)
        self.assertNotRegex(text, r"\b10\.77\.0\.2\b")
        for fact in (
            lab.far_public, lab.public, "needletail 0.", "interface: " + lab.name,
            "203.0.113.0/24", "endpoint: (endpoint ", "ip -4 address add 10.88.0.1/24", "(a command of the file, 13 bytes)",
            "pass  this process may administer the network", "lookup main", f"10.88.0.0/24 dev {lab.name}",
        ):
            self.assertIn(fact, text)
        _, text = bundle("open", "--with-endpoints")
        for fact in ("10.77.0.2:51999", "198.51.100.7", "192.0.2.200"):
            self.assertIn(fact, text)
        for form in [*told, "password"]:
            self.assertNotIn(form, text)
        answer, text = bundle("closed", check=False)
        self.assertEqual(answer.returncode, 1)
        self.assertIn("say another name", answer.stderr)
