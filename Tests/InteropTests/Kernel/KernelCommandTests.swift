import Foundation
import Testing

extension Interop.Kernel {
  /// `needletail` and the stock `wg`, side by side on tunnels of the kernel's own WireGuard.
  @Suite struct KernelCommandTests {
    /// Every option of `set`, on an interface that is shown afterwards.
    private static let setting =
      "wg set wg0 listen-port 51820 fwmark 0x20 private-key private peer $(key 3) preshared-key preshared "
      + "endpoint 192.0.2.1:5 persistent-keepalive 25 allowed-ips 10.0.0.0/8,fd00::/8 peer $(key 4) "
      + "endpoint '[fe80::1%lo]:7' allowed-ips 10.1.0.0/16"

    @Test func `tunnels are set and shown alike, and what is not there is refused in the same words`() async throws {
      try await KernelCommand.compare([
        Self.setting, "wg show all dump", "wg show nosuch", "wg show lo", "wg set nosuch fwmark 1",
      ])
    }

    @Test(.enabled(if: Laboratory.isLong))
    func `every question is answered alike`() async throws {
      try await KernelCommand.compare(
        [
          Self.setting, "WG_COLOR_MODE=always wg", "wg show all", "WG_HIDE_KEYS=never wg show wg0",
          "wg show interfaces",
        ]
          + ["showconf wg0", "showconf wg1", "showconf lo", "show wg0 peers", "show wg0 private-key"]
          .map { "wg \($0)" }
          + [
            "endpoints", "allowed-ips", "fwmark", "listen-port", "transfer", "latest-handshakes",
            "persistent-keepalive",
          ]
          .map { "wg show all \($0)" })
    }

    @Test(.enabled(if: Laboratory.isLong))
    func `changes are made and refused alike`() async throws {
      let show = "wg show all dump"
      try await KernelCommand.compare([
        Self.setting,
        "wg set wg0 peer $(key 3) allowed-ips 10.2.0.0/16,10.1.0.0/16", show,
        "wg set wg0 peer $(key 3) preshared-key /dev/null persistent-keepalive off endpoint 192.0.2.2:1", show,
        "wg set wg0 fwmark off peer $(key 4) remove peer $(key 9) remove", show,
        "wg set wg0 private-key /dev/null", show, "wg set lo fwmark 1", "wg set nosuch peer $(key 3) remove",
        "wg set abcdefghijklmnopqrstuvwxyz fwmark 1", "wg show abcdefghijklmnopqrstuvwxyz",
        "wg set wg1 listen-port 51821; ip link set wg0 up; ip link set wg1 up; wg set wg1 listen-port 51820", show,
      ])
    }

    @Test(.enabled(if: Laboratory.isLong))
    func `files are told and synchronised alike, also 500 peers with many prefixes`() async throws {
      let preparation = """
        printf '[Interface]\nPrivateKey = %s\nListenPort = 7777\nFwMark = 7\n' $(key 1) >small
        printf '[Peer]\nPublicKey = %s\nAllowedIPs = 10.0.0.1/32\nPersistentKeepalive = 9\n' $(key 5) >more
        cat small more >file
        cp small many
        i=0
        while [ $i -lt 500 ]; do
          printf '[Peer]\nPublicKey = %s\nPresharedKey = %s\nAllowedIPs = 10.0.0.0/32' $(key 1$i) $(key 2$i)
          j=0
          while [ $j -lt $((i == 77 ? 700 : i % 20)) ]; do
            printf ',10.%d.%d.%d/32' $((i / 250 + 1 + j / 250 * 2)) $((i % 250)) $((j % 250))
            j=$((j + 1))
          done
          echo
          i=$((i + 1))
        done >>many
        """
      let show = "wg show all dump"
      try await KernelCommand.compare(
        [
          "wg setconf wg0 file", show, "wg addconf wg0 more", "wg syncconf wg0 small", show, "wg syncconf wg0 file",
          show,
          "wg setconf wg1 many", "wg show wg1 dump | sha256sum", "wg show wg1 allowed-ips | wc",
          "wg showconf wg1 | sha256sum",
          "wg syncconf wg1 many", "wg showconf wg1 >shown; wg setconf wg1 shown; wg showconf wg1 | cmp - shown",
          "wg setconf wg1 small; wg showconf wg1", "wg setconf nosuch file", "wg syncconf lo file",
        ], preparing: preparation, within: .seconds(540))
    }
  }
}
