import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

private func address(_ text: String) -> IPAddress? { withText(text) { IPAddress(text: $0) } }
private func canonical(_ text: String) -> String? { address(text).map { value in printed { $0.print(value) } } }

@Suite struct AddressTextTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("10.0.0.1", "10.0.0.1"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("fe80::1", "fe80::1"), ("FE80::ABCD", "fe80::abcd"),
    ("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"), ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("::ffff:a00:1", "::ffff:10.0.0.1"),
    ("64:ff9b::10.0.0.1", "64:ff9b::a00:1"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("1:2:3::5:6:7:8", "1:2:3:0:5:6:7:8"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::1.2.3.4", "::102:304"), ("1::1.2.3.4", "1::102:304"),
    // RFC 5952 §4.2: the longest run of zeros, the first of two, and never a single group.
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("0:0:1:0:0:0:0:0", "0:0:1::"), ("1:0:0:0:0:0:0:0", "1::"),
  ])
  func `an address prints in its canonical form`(text: String, expected: String) {
    #expect(canonical(text) == expected)
  }

  @Test(arguments: [
    "", ".", "1", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "1..2.3", "256.0.0.1", "1.2.3.04", "00.0.0.0", "1.2.3.4 ",
    " 1.2.3.4", "1.2.3.a", "0x1.2.3.4", "1.2.3.-4", "1.2.3.99999999999999999999", ":", ":::", "1:", ":1",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4",
    "::1.2.3", "::1.2.3.4:5", "1.2.3.4::", "fe80::1%lo", "[::1]", "::1/64", "1:2:3:4:5:6:7:8:", "::-1", "::1 ",
    "1:2:3::4:5:6:7:8", ":1:2:3:4:5:6:7", "::12345", "::.1.2.3", "::1.2.3.256", "::ffff:1.2.3.4.5",
  ])
  func `what is not an address is refused`(text: String) {
    #expect(address(text) == nil)
  }

  @Test func `every printed address reads back as itself`() {
    var random = Seeded(seed: Environment.seed)
    for _ in 0..<Environment.rounds(2000) {
      var value = UInt128.random(in: 0...UInt128.max, using: &random)
      for group in 0..<8 where random.oneIn(2) { value &= ~(UInt128(0xffff) << UInt128(16 * group)) }
      let address = IPAddress(family: random.oneIn(3) ? .v4 : .v6, value: value)
      let text = printed { $0.print(address) }
      #expect(withText(text) { IPAddress(text: $0) } == address, "\(text) NEEDLETAIL_SEED=\(Environment.seed)")
    }
  }

  @Test func `a prefix loses its host bits and needs a length in range`() {
    func prefix(_ text: String) -> String? {
      withText(text) { Prefix(text: $0) }.map { value in printed { $0.print(value) } }
    }
    #expect(prefix("10.1.2.3/8") == "10.0.0.0/8")
    #expect(prefix("0.0.0.0/0") == "0.0.0.0/0")
    #expect(prefix("1.2.3.4/32") == "1.2.3.4/32")
    #expect(prefix("fd00::1/64") == "fd00::/64")
    #expect(prefix("::1/128") == "::1/128")
    for text in [
      "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "/8", "10.0.0.0/-1", "10.0.0.0/8/8", "::/64x", "::/ 6",
    ] {
      #expect(prefix(text) == nil, "\(text)")
    }
  }

  @Test func `an endpoint is an address, a port and perhaps a zone`() throws {
    func endpoint(_ text: String) -> EndpointText? { withText(text) { EndpointText(text: $0) } }
    let plain = try #require(endpoint("192.0.2.1:51820"))
    #expect(plain.endpoint == Endpoint(IPAddress(v4: 0xc000_0201), port: 51820) && plain.zone == nil)
    let six = try #require(endpoint("[2001:db8::1]:1"))
    #expect(six.endpoint == Endpoint(IPAddress(v6High: 0x2001_0db8_0000_0000, low: 1), port: 1))
    let numbered = try #require(endpoint("[fe80::1%7]:5"))
    #expect(numbered.endpoint.scope == 7 && numbered.zone == nil)
    let named = try #require(endpoint("[fe80::1%wg-0.1]:5"))
    #expect(named.endpoint.scope == 0 && named.zone == withText("wg-0.1") { ScopeName($0) })
    for text in [
      "", ":", ":1", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3.4:-1", "::1:80", "[::1]", "[::1]80", "[::1]:",
      "[]:1",
      "[1.2.3.4]:1", "[::1:1", "::1]:1", "[fe80::1%]:1", "[fe80::1%a b]:1", "[fe80::1%a%b]:1", "1.2.3.4%lo:1", "]:1",
      "[fe80::1%\(String(repeating: "x", count: 33))]:1", "host:1", "1.2.3.4:+1", "[[::1]]:1",
    ] {
      #expect(endpoint(text) == nil, "\(text)")
    }
  }

  @Test func `an endpoint prints the name of its zone, or its number`() {
    let endpoint = Endpoint(IPAddress(v6High: 0xfe80 << 48, low: 1), port: 5, scope: 1)
    #expect(printed { $0.print(endpoint) } == "[fe80::1%1]:5")
    #expect(
      withText("lo") { ScopeName($0) }.map { name in printed { $0.print(endpoint, zone: name) } } == "[fe80::1%lo]:5")
    #expect(printed { $0.print(Endpoint(IPAddress(v4: 1), port: 65535)) } == "0.0.0.1:65535")
  }
}
