import time

from case import ENDPOINT, Case


class Looped(Case):
    """A route that leads the tunnel's own datagrams into the tunnel."""

    def test_datagrams_do_not_go_round(self):
        lab = self.lab
        lab.far()
        lab.file(
            ["ListenPort = 51998", "Address = 10.88.0.1/24", "Table = off"], ["AllowedIPs = 203.0.113.0/24, 10.77.0.2/32", *ENDPOINT])
        lab.ours("up")
        lab.at(lab.here, ["ip", "route", "add", "203.0.113.0/24", "dev", lab.name])
        lab.at(lab.here, ["ping", "-c", "1", "-W", "5", "203.0.113.1"])
        lab.at(lab.here, ["ip", "route", "add", "10.77.0.2/32", "dev", lab.name])
        # The daemon takes notice of a route within a second.
        time.sleep(2)

        def entered():
            return int(lab.at(lab.here, ["cat", f"/sys/class/net/{lab.name}/statistics/tx_packets"]).stdout)

        before = entered()
        # Small, and so large that the system cuts the datagram that carries it.
        for size in ("32", "1372"):
            lab.at(lab.here, ["ping", "-c", "3", "-i", "0.2", "-W", "1", "-s", size, "203.0.113.1"], check=False)
        time.sleep(1)
        first = entered()
        time.sleep(1)
        self.assertLess(first - before, 200)
        self.assertLess(entered() - first, 20, "it ends by itself")
        answer = lab.at(lab.here, [lab.needletail, "doctor", "--json", lab.path], check=False).stdout
        self.assertIn("routed into the tunnel itself", answer)
        lab.at(lab.here, ["ip", "route", "delete", "10.77.0.2/32", "dev", lab.name])
        time.sleep(2)
        lab.at(lab.here, ["ping", "-c", "1", "-W", "8", "203.0.113.1"])
