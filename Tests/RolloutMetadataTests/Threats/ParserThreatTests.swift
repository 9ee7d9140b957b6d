import Octets
import RolloutMetadata
import Testing

/// Bytes that two parsers could take for different things, and documents that are too much.
struct ParserThreatTests {
  /// One of each kind of document, with every optional member.
  static let documents: [(Role, [UInt8])] = Sample.documents

  /// Replacements after which a payload means the same, or nearly, to a lenient parser.
  static let replacements: [(String, String)] = [
    (":", ": "), (",\"", ", \""), ("{", "{ "), ("}", " }"), (",", ",\t"), ("Z\"", "z\""), ("Z\"", "+00:00\""),
    ("Z\"", ".000Z\""), ("\"version\":", "\"versioN\":"), ("\"version\":", "\"version\":0"),
    ("\"version\":", "\"version\":-"), ("\"expires\":\"2", "\"expires\":\" 2"), ("\"spec\":1", "\"spec\":1.0"),
    ("\"spec\":1", "\"spec\":1e0"), ("\"spec\":1", "\"spec\":01"), ("\"spec\":1", "\"spec\":+1"),
    ("\"spec\":1", "\"spec\":-0"), ("\"spec\":1", "\"spec\":\"1\""), ("\"spec\":1", "\"spec\":1,\"spec\":1"),
    ("\"spec\":1", "\"spec\":2,\"spec\":1"), ("\"spec\":1", "\"spec\":null"), ("\"spec\":1", "\"spec\":true"),
    ("\"spec\":1", "\"spec\":18446744073709551617"), ("\"spec\":1", "\"Spec\":1"),
    ("\"spec\":1", "\"\\u0073pec\":1"), ("{\"_type\"", "{\"_\":0,\"_type\""), ("\"_type\"", "\"_typE\""),
  ]

  /// Canonical payloads changed into ones that are not.
  static let mutants: [(Role, String)] = {
    var mutants: [(Role, String)] = []
    for (role, payload) in documents {
      let source = string(payload)
      let body = String(source.dropLast())
      var changed: [String] = [" " + source, source + " ", source + "\n", "\u{feff}" + source, source + source, body]
      changed.append("[" + source + "]")
      changed.append(body + ",\"zz\":0}")
      changed.append(body + ",}")
      let type = "\"_type\":\"\(role.name)\""
      changed.append(source.replacing(type + ",", with: ""))
      changed.append(body.replacing(type + ",", with: "") + "," + type + "}")
      for (from, to) in replacements { changed.append(source.replacing(from, with: to, maxReplacements: 1)) }
      for mutant in changed where mutant != source { mutants.append((role, mutant)) }
    }
    return mutants
  }()

  @Test func `T16 a document that is not in its one form is refused`() {
    #expect(Self.mutants.count >= 200)
    for (role, source) in Self.mutants {
      let reason = Sample.fault(role, text(source))?.reason
      #expect(
        reason == .notCanonical || reason == .malformed || reason == .wrongType,
        "\(role) \(source.prefix(120)) \(reason)")
    }
  }

  @Test func `T16 a duplicate, a fraction and an escape are refused even in a file that all keys signed`() throws {
    let repository = Repository()
    let payload = string(repository.rollout.payload)
    for changed in [
      payload.replacing("\"spec\":1", with: "\"spec\":1,\"spec\":1"),
      payload.replacing("\"spec\":1", with: "\"spec\":1.0"),
      payload.replacing("\"spec\":1", with: "\"\\u0073pec\":1"),
      payload.replacing("\"ppm\":50000", with: "\"ppm\":5e4"),
      payload.replacing("\"ppm\":50000", with: "\"ppm\":1,\"ppm\":50000"),
    ] {
      #expect(changed != payload)
      var served = repository
      let file = served.signed(text(changed), .rollout, by: served.releaseKeys)
      served.files["1.rollout.json"] = file
      served.publish([
        .init(role: .releases, version: 1, file: served.files["1.releases.json"]!),
        .init(role: .rollout, version: 1, file: file),
      ])
      let walk = served.refresh(try served.client())
      #expect(walk.failure == MetadataError(.notCanonical, .rollout))
      #expect(walk.failure?.exitStatus == .malformed)
    }
  }

  @Test func `T16 an envelope in another form is refused`() {
    let repository = Repository()
    let file = string(repository.files["timestamp.json"]!)
    let payload = string(Base64.encode(Envelope(parsing: text(file))!.payload))
    let cut: String = payload.prefix(8) + "\\n" + payload.dropFirst(8)
    let body = String(file.dropLast())
    let member = "\"payload\":\"\(payload)\","
    var changes: [String] = [file + "\n", " " + file, body, body + ",\"x\":1}"]
    changes.append(body.replacing(member, with: "") + "," + member.dropLast() + "}")
    for (from, to) in [
      ("=\"", "\""), (payload, cut), ("\"keyid\":\"", "\"keyid\":\"0x"), ("\"signatures\"", "\"Signatures\""),
      ("\"sig\":\"", "\"sig\":\"AAAA"),
    ] {
      changes.append(file.replacing(from, with: to, maxReplacements: 1))
    }
    for changed in changes {
      #expect(changed != file)
      let error = thrown { () throws(MetadataError) in try Envelope(text(changed), as: .timestamp) }
      #expect(error == MetadataError(.envelopeMalformed, .timestamp), "\(changed.prefix(60))")
    }
  }

  @Test func `T16 more signatures than anyone needs are refused at the edge`() {
    let signature = Envelope.Signature(key: hex32(1), bytes: FixedOctets<64>())
    for (count, isFine) in [(Envelope.signatureLimit, true), (Envelope.signatureLimit + 1, false)] {
      let envelope = Envelope(
        payload: [], payloadType: [], signatures: [Envelope.Signature](repeating: signature, count: count))
      #expect((Envelope(parsing: envelope.file) != nil) == isFine)
    }
  }

  @Test func `T30 a condition is bounded in depth and size at the edge`() {
    func fault(_ predicate: String) -> MetadataError? {
      let hold =
        #"{"category":"known","component":"driver","expires":"2027-03-01T00:00:00Z","id":"H","predicate":\#(predicate),"serials":[1,2]}"#
      let payload =
        #"{"_type":"brake","expires":"2027-01-15T00:00:00Z","halts":[],"holds":[\#(hold)],"spec":1,"version":12}"#
      return thrown { () throws(MetadataError) in try Brake(payload: text(payload)) }
    }
    func nested(_ depth: Int) -> String {
      String(repeating: #"{"not":"#, count: depth - 1) + #"{"eq":["arch","x"]}"#
        + String(repeating: "}", count: depth - 1)
    }
    func list(_ values: Int) -> String { #"{"in":["arch",["# + String(repeating: "1,", count: values - 1) + "1]]}" }
    #expect(fault(nested(8)) == nil)
    #expect(fault(nested(9)) == MetadataError(.malformed, .brake, at: text("holds[0].predicate")))
    #expect(fault(nested(9))?.exitStatus == .malformed)
    // The operator is one of the nodes.
    #expect(fault(list(63)) == nil)
    #expect(fault(list(64)) != nil)
    let wide = { count in #"{"all":["# + [String](repeating: #"{"any":[]}"#, count: count).joined(separator: ",") + "]}"
    }
    #expect(fault(wide(63)) == nil)
    #expect(fault(wide(64)) != nil)
    // What nobody knows is kept, within the same bounds.
    #expect(fault(#"{"matches":["arch",[1,2,{"deep":[3]}]]}"#) == nil)
    #expect(fault(#"{"matches":"# + String(repeating: "[", count: 8) + String(repeating: "]", count: 8) + "}") != nil)
    for wrong in [
      "{}", "[]", "1", #"{"all":1}"#, #"{"eq":["arch"]}"#, #"{"eq":["arch",true]}"#, #"{"eq":[1,1]}"#,
      #"{"eq":["arch",1,2]}"#, #"{"range":["arch",1]}"#, #"{"in":["arch",1]}"#, #"{"all":[],"any":[]}"#,
      #"{"eq":["a b",1]}"#, #"{"eq":["arch",-1]}"#,
    ] {
      #expect(fault(wrong) != nil, "\(wrong)")
    }
    // Lists and objects deeper than any document are refused before anything is made of them.
    let deep = String(repeating: "[", count: 100_000)
    #expect(fault(deep)?.reason == .notCanonical)
  }

  @Test func `T15 T16 T29 mutations of every document never trap, and what is accepted is written the same`() {
    var random = SeededGenerator()
    var accepted = 0
    for _ in 0..<6000 {
      let (role, payload) = Self.documents[random.below(Self.documents.count)]
      let bytes = random.mutation(of: payload)
      guard let written = Sample.rewritten(role, bytes) else { continue }
      accepted += 1
      #expect(written == bytes, "\(role) \(random.note)")
    }
    #expect(accepted > 20)
  }

  @Test func `mutations of an envelope and of a stored set never trap`() throws {
    var random = SeededGenerator()
    let repository = Repository()
    let file = repository.files["timestamp.json"]!
    let stored = try repository.currentClient().stored
    var accepted = 0
    for _ in 0..<4000 {
      let bytes = random.mutation(of: file)
      if let envelope = Envelope(parsing: bytes) { #expect(envelope.file == bytes, random.note) }
      if let set = TrustedSet(stored: random.mutation(of: stored)) {
        accepted += 1
        #expect(TrustedSet(stored: set.stored) == set, random.note)
      }
    }
    #expect(accepted > 0)
  }
}
