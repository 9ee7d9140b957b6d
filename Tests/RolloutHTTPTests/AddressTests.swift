import Foundation
import Testing

@testable import RolloutHTTP

struct AddressTests {
  @Test(arguments: [
    ("https://Releases.Example/needletail", true, "releases.example", 443), ("http://[::1]:8080/r", false, "::1", 8080),
    ("HTTP://10.0.0.1", false, "10.0.0.1", 80),
  ])
  func `an address is taken apart`(_ text: String, _ isSecure: Bool, _ host: String, _ port: Int) throws {
    let address = try #require(WebAddress(text))
    #expect(address.isSecure == isSecure && address.host == host && address.port == port)
    #expect(WebAddress.isWeb(text))
  }

  @Test(arguments: [
    "", "/srv/repo", "ftp://a/b", "https://", "https://user@a/b", "https://user:word@a/", "https://a/#b",
    "https://a b/",
    "https://a:99999/", "https://a/\n", "file:///etc",
  ])
  func `what is no address of a server is refused`(_ text: String) { #expect(WebAddress(text) == nil) }

  @Test func `files lie below an address, with its query kept`() {
    #expect(WebAddress("https://a/r/")?.file("brake/x.json")?.description == "https://a/r/brake/x.json")
    #expect(WebAddress("https://a")?.file("timestamp.json")?.description == "https://a/timestamp.json")
    #expect(WebAddress("https://a/r?token=1")?.file("t.json")?.description == "https://a/r/t.json?token=1")
  }

  @Test func `redirects go anywhere but from TLS to plain text`() throws {
    let secure = try #require(WebAddress("https://a/r/x.json"))
    let plain = try #require(WebAddress("http://a/r/x.json"))
    #expect(secure.redirected(to: "y.json")?.description == "https://a/r/y.json")
    #expect(secure.redirected(to: "//b/y")?.description == "https://b/y")
    #expect(plain.redirected(to: "https://b/y")?.description == "https://b/y")
    #expect(plain.redirected(to: "http://b/y")?.description == "http://b/y")
    for location in ["http://a/y", "HTTP://a/y", "ftp://a/y", "file:///etc/passwd", "", "https://u@a/", "http://"] {
      if location.isEmpty { continue }
      #expect(secure.redirected(to: location) == nil, "\(location)")
    }
  }

  @Test(
    arguments: [
      ("bytes 5-9/10", [5, 9, 10]), ("bytes 0-0/1", [0, 0, 1]), ("bytes 5-9/*", nil), ("bytes */10", nil),
      ("bytes 9-5/10", nil), ("bytes 5-10/10", nil), ("bytes +5-9/10", nil), ("bytes 5-9/10 ", nil), ("5-9/10", nil),
      ("bytes 5-9/99999999999999999999", nil), ("bytes -5-9/10", nil), ("", nil),
    ] as [(String, [UInt64]?)])
  func `a part says where it belongs, or is refused`(_ text: String, _ numbers: [UInt64]?) {
    #expect(ContentRange(text).map { [$0.first, $0.last, $0.total] } == numbers)
  }

  @Test(arguments: [
    ("\"a1-b2\"", true), ("W/\"a\"", false), ("", false), ("\"", false), ("\"a\"b\"", false), ("\"a\r\nX: y\"", false),
    ("a", false), ("\"" + String(repeating: "a", count: 300) + "\"", false),
  ])
  func `only a strong tag stands for every byte`(_ tag: String, _ isStrong: Bool) {
    #expect(PartialFile.isStrong(tag) == isStrong)
  }
}

struct ProxyRuleTests {
  private func proxy(
    _ address: String, policy: String? = nil, _ environment: [String: String]
  ) throws -> String? {
    let address = try #require(WebAddress(address))
    return try ProxyRule(policy: policy, environment: environment).proxy(for: address).map { "\($0.host):\($0.port)" }
  }

  @Test func `the policy comes before the environment`() throws {
    let environment = ["https_proxy": "http://p:1", "http_proxy": "q:2"]
    #expect(try proxy("https://a/", environment) == "p:1")
    #expect(try proxy("http://a/", environment) == "q:2")
    #expect(try proxy("https://a/", policy: "http://r:3", environment) == "r:3")
    #expect(try proxy("https://a/", policy: "none", environment) == nil)
    #expect(try proxy("https://a/", [:]) == nil)
    #expect(try proxy("https://a/", ["HTTPS_PROXY": "p"]) == "p:8080")
    // A web server hands a visitor's header Proxy to its programs as HTTP_PROXY.
    #expect(try proxy("http://a/", ["HTTP_PROXY": "evil:1"]) == nil)
  }

  @Test(arguments: [
    ("a.example", "https://a.example/", true), (".example", "https://a.example/", true),
    ("example", "https://a.example/", true), ("ample", "https://a.example/", false), ("*", "https://x/", true),
    ("b.example, a.example", "https://a.example/", true), ("a.example:443", "https://a.example/", true),
    ("a.example:444", "https://a.example/", false), ("[::1]:443", "https://[::1]/", true),
    ("::1", "https://[::1]/", true),
    ("A.EXAMPLE", "https://a.example/", true), (",", "https://a.example/", false), (".", "https://a.example/", false),
  ])
  func `no_proxy names hosts and domains`(_ list: String, _ address: String, _ isDirect: Bool) throws {
    let byEnvironment = try proxy(address, ["https_proxy": "p:1", "no_proxy": list])
    let byPolicy = try proxy(address, policy: "p:1", ["no_proxy": list])
    #expect((byEnvironment == nil) == isDirect && (byPolicy == nil) == isDirect)
  }

  @Test func `credentials are taken apart, and what is no proxy is an error`() throws {
    #expect(ProxyRule.Proxy("http://me:secret@p:1")?.credentials == "me:secret")
    for text in ["socks5://p:1", "https://p:1", "http://", "p:0"] {
      #expect(throws: TransferError.self, "\(text)") { _ = try ProxyRule(policy: text, environment: [:]) }
    }
  }
}
