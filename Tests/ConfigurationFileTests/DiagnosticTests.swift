import ConfigurationFile
import ControlProtocolTesting
import Testing

@Suite struct DiagnosticTests {
  @Test func `a diagnostic says where, what and what to do`() {
    let text =
      "[Interface]\n\n# x\nListenPort = 70000\nAdress = 10.0.0.1\n[Peer]\nPublicKey = \(key(1))\nAllowedIPs = ::/0, 10.0.0.0/99\n"
    #expect(
      diagnostics(text, .shared(.linux)).map(\.description) == [
        "line 4: ListenPort: this is not a port; write a number from 0 to 65535",
        "line 5: this key is not known; was Address meant? Otherwise check its spelling, and that no space is in it",
        "line 8: AllowedIPs: element 2: this is not an address with an optional length; write for example 10.0.0.0/8 or fd00::/64",
      ])
    #expect(
      diagnostics("[Peer]\nPublicKey=\(key(1))\nAllowedIPs=1.2.3.4/8\n", .wg).map(\.description)
        == ["line 3: warning: AllowedIPs: element 1: the prefix has bits set beyond its length; they are ignored"])
  }

  @Test func `everything wrong is reported at once, in the order of the file`() throws {
    let text = "x\n[Interface]\nMTU = 1\n[Peer]\n[Peer]\nPublicKey = \(key(2))\nPublicKey = bad\n"
    #expect(diagnostics(text, .shared(.linux)).map(\.line) == [1, 3, 4, 7, 7])
  }

  @Test func `every problem has words of its own`() {
    #expect(Set(Problem.allCases.map(\.summary)).count == Problem.allCases.count)
    for problem in Problem.allCases {
      #expect(!problem.remedy.isEmpty && problem.summary.first?.isUppercase == false && !problem.summary.hasSuffix("."))
    }
  }

  @Test func `a near miss is named and a far one is not`() {
    for (name, meant): (String, Key?) in [
      ("Adress", .address), ("AllowedIP", .allowedIPs), ("Allowed IPs", .allowedIPs),
      ("Persistent-Keepalive", .persistentKeepalive),
      ("EndPoints", .endpoint), ("MUT", .mtu), ("xyz", nil), ("a", nil), (String(repeating: "a", count: 100), nil),
    ] {
      #expect(diagnostics("[Interface]\n\(name) = 1\n", .shared(.linux)).first?.key == meant, "\(name)")
    }
  }

  @Test func `no byte of a file is ever quoted, wherever a key has got to`() {
    Environment.announce("configuration files")
    let secrets = (0..<4).map { _ in key(UInt8.random(in: 1...255)) } + Corpus.secrets
    var mutator = Mutator(
      seed: Environment.seed,
      corpus: Corpus.files + secrets.map { "[Peer]\n\($0)\n\($0) = 1\n[\($0)]\nEndpoint = \($0):1\n" })
    let dialects: [Dialect] = [.wg, .wgQuick, .windows, .shared(.linux), .shared(.windows)]
    for _ in 0..<Environment.rounds(80) {
      let bytes = mutator.next()
      for dialect in dialects {
        var found: [Diagnostic] = []
        do throws(ConfigurationFileError) {
          let (document, warnings) = try ConfigurationDocument.read(bytes, dialect: dialect)
          found = warnings
          _ = try? document.text(dialect: dialect)
          _ = try? document.directives(to: .set, resolver: NumericOnly())
        } catch {
          found = error.diagnostics
          #expect(found.contains { !$0.problem.isWarning }, "NEEDLETAIL_SEED=\(Environment.seed)")
        }
        _ = ConfigurationDocument.stripped(bytes)
        // What is said is made of our own words, names of keys and numbers: nothing else is left of it.
        for diagnostic in found { #expect(isMadeOfOurWords(diagnostic), "NEEDLETAIL_SEED=\(Environment.seed)") }
      }
    }
  }

  private func isMadeOfOurWords(_ diagnostic: Diagnostic) -> Bool {
    var rest = diagnostic.description[...]
    func drop(_ text: String) -> Bool {
      guard rest.hasPrefix(text) else { return false }
      rest = rest.dropFirst(text.count)
      return true
    }
    guard drop("line \(diagnostic.line): ") else { return false }
    _ = drop("warning: ")
    for key in Key.allCases where drop(key.spelling + ": ") { break }
    if let element = diagnostic.element, !drop("element \(element): ") { return false }
    guard drop(diagnostic.problem.summary + "; ") else { return false }
    for key in Key.allCases where drop("was \(key.spelling) meant? Otherwise ") { break }
    return drop(diagnostic.problem.remedy) && rest.isEmpty
  }
}
