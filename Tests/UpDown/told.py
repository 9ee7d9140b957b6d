import base64
import os
import time

from case import ENDPOINT, Case
from laboratory import keys, read


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
            for form in (secret, secret.rstrip("="), base64.b64decode(secret).hex()):
                self.assertNotIn(form, told)
                self.assertNotIn(form.lower(), logged.lower())
