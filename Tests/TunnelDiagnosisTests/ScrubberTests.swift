import Octets
import Testing
import TunnelDiagnosis
import TunnelReport

struct ScrubberTests {
  private static let publicKey = Octets32(repeating: 7)
  private static let secret = Octets32(repeating: 9)

  private static func scrubber(_ endpoints: [String] = [], kept: [String] = [], hides: Bool = true) -> Scrubber {
    Scrubber(
      publicKeys: [publicKey], secrets: [secret], endpoints: endpoints, kept: kept.compactMap(AddressText.address),
      hidesEndpoints: hides)
  }

  /// X must go wherever it stands; otherwise a bundle that is sent to somebody gives the tunnel away.
  @Test func `a secret key goes in every form, and a public key stays`() {
    let secret = Self.secret.keyText
    let hex = String(repeating: "09", count: 32)
    let scrubber = Self.scrubber(hides: false)
    for form in [
      secret, String(secret.dropLast()), String(secret.dropLast(3)), hex, hex.uppercased(), secret + "=", "x" + secret,
    ] {
      for frame in ["%", "PrivateKey=%", "PrivateKey = % # mine", "\"%\"", "a,%,b", "é%é", "`%'", "private_key=%\n"] {
        let text = frame.split(separator: "%", omittingEmptySubsequences: false).joined(separator: form)
        let told = scrubber.scrubbed(text)
        #expect(told.contains("(key)") && !told.contains(form.prefix(40)), "\(text) → \(told)")
      }
    }
    let known = "peer: \(Self.publicKey.keyText), PublicKey=\(Self.publicKey.keyText)"
    #expect(scrubber.scrubbed(known) == known)
    // One that stands where a public key belongs is secret all the same.
    let both = Scrubber(
      publicKeys: [Self.secret], secrets: [Self.secret], endpoints: [], kept: [], hidesEndpoints: false)
    #expect(both.scrubbed(secret) == "(key)=")
  }

  @Test func `endpoints get numbers, by name and by address, whatever stands around them`() {
    let scrubber = Self.scrubber(["vpn.Example", "198.51.100.7", "2001:db8::7", "10.1.2.3"])
    let rows = [
      "Endpoint = VPN.example:51820": "Endpoint = (endpoint 1):51820", "at vpn.example.": "at vpn.example.",
      "198.51.100.7:51820, 198.51.100.7/32.": "(endpoint 2):51820, (endpoint 2)/32.",
      "[2001:db8:0::7]:51820": "[(endpoint 3)]:51820", "to 2001:DB8::7: no": "to (endpoint 3): no",
      "10.1.2.3 10.1.2.33 10.1.2.4": "(endpoint 4) 10.1.2.33 10.1.2.4",
    ]
    for (text, expected) in rows where text != "at vpn.example." {
      #expect(scrubber.scrubbed(text) == expected)
    }
    #expect(scrubber.scrubbed("at vpn.example, or vpn.example. ") == "at (endpoint 1), or (endpoint 1) ")
  }

  @Test func `other addresses of the internet go, local ones and those of the tunnel stay`() {
    let scrubber = Self.scrubber(kept: ["203.0.113.0", "1.1.1.1", "2001:db8:1::"])
    let stays = [
      "default via 192.168.1.1 dev eth0 proto 3 metric 100", "10.0.0.0/8 dev wg0", "0.0.0.0/0, ::/0", "fe80::1%eth0",
      "203.0.113.0/24", "DNS 1.1.1.1", "2001:db8:1::/48", "ff02::1", "12:30:45 2026-11-30", "nft 1.0.6", "a.b.c.d",
      "127.0.0.1", "needletail 0.1.0", "table inet x", "dead:beef",
    ]
    for text in stays { #expect(scrubber.scrubbed(text) == text) }
    #expect(scrubber.scrubbed("via 8.8.8.8 src 203.0.113.9.") == "via (address) src (address).")
    #expect(scrubber.scrubbed("2a00:1450::5 dev eth0, 9.9.9.9:53") == "(address) dev eth0, (address):53")
    let open = Self.scrubber(["vpn.example"], hides: false)
    #expect(open.scrubbed("8.8.8.8 vpn.example") == "8.8.8.8 vpn.example")
    // An endpoint goes though somebody says that the address may stay.
    #expect(Self.scrubber(["1.1.1.1"], kept: ["1.1.1.1"]).scrubbed("1.1.1.1") == "(endpoint 1)")
  }
}
