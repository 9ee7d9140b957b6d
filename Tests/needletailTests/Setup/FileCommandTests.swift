import Foundation
import Testing

/// `strip` and `reload`, beside the stock wg-quick.
@Suite(.serialized, .timeLimit(.minutes(5))) struct FileCommandTests {
  static let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
  static let hex = String(repeating: "0", count: 63)

  private static func answer(_ question: String, _ mock: MockTunnels) throws -> (body: String, status: String) {
    let transcript = try ToolRun.answers(of: ToolRun.stock, to: [question], in: mock.folder).transcript
    let lines = transcript.split(separator: "\n", omittingEmptySubsequences: false)
    return (lines.dropFirst().dropLast(2).joined(separator: "\n"), String(lines.dropLast().last?.dropFirst(3) ?? ""))
  }

  @Test func `strip prints what wg-quick strip prints`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let files = [
      "[Interface]\nPrivateKey = \(Self.key)\nAddress = 10.0.0.1/24\nDNS = 1.1.1.1\n[Peer]\nPublicKey = \(Self.key)\n",
      "# top\n[interface]\nPostUp = echo # kept\nlistenport=5\n\n  MTU = 1300 # small\n[Peer]\nAddress = 1.2.3.4\n",
      "", "[Peer]\nMTU=5\n[Interface]\nTable = off\nSaveConfig = true\nFwMark = 7",
      "\t[Interface]\t\n PreDown=x\n y = z\n",
    ]
    for text in files {
      let file = "\(mock.folder)/strip-me.conf"
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      let theirs = try Self.answer("chmod 600 \(file); wg-quick strip \(file)", mock)
      let ours = try Self.answer("\(CommandTests.program.path) strip \(file)", mock)
      #expect(ours == theirs && ours.status == "0", "\(text.debugDescription)")
    }
  }

  @Test func `strip and reload say it as JSON, to the byte`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    try mock.answer("tt0", get: "public_key=\(Self.hex)1\nerrno=0\n\n")
    let file = mock.folder + "/tt0.conf"
    let program = CommandTests.program.path
    func object(_ arguments: String) throws -> [String: String] {
      // The transcript has bytes as characters.
      let bytes = try Self.answer("\(program) \(arguments) --json", mock).body.unicodeScalars.map { UInt8($0.value) }
      let text = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n-- ")[0]
      return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
    }
    // What is strange in a text, and what becomes of it.
    for (strange, expected) in [
      ("# plain", "# plain"), ("# \"q\" \\ \t\u{1}", "# \"q\" \\ \t\u{1}"), ("# é 鳥 😀", "# é 鳥 😀"),
    ] {
      let text = "[Interface]\nPrivateKey = \(Self.key)\n\(strange)\nMTU = 1300\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      let told = try object("strip \(file)")
      #expect(told["tunnel"] == "tt0" && told["file"] == file)
      #expect(told["configuration"] == "[Interface]\nPrivateKey = \(Self.key)\n\(expected)\n\n")
    }
    var bytes = Array("[Interface]\n# ".utf8)
    let broken: [[UInt8]] = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90], [0xe2, 0x82]]
    for piece in broken { bytes += piece }
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    let repaired = try object("strip \(file)")["configuration"]
    #expect(repaired == "[Interface]\n# " + String(repeating: "\u{fffd}", count: 10) + "\n\n")
    try Data("[Interface]\nPrivateKey = \(Self.key)\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try object("reload \(file)") == ["tunnel": "tt0", "file": file, "state": "reloaded"])
  }

  @Test func `a file becomes a QR code that says just what the file says, and is the owner's alone`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let file = mock.folder + "/phone.conf"
    let text =
      "[Interface]\nPrivateKey = \(Self.key)\nAddress = 10.0.0.7/32\nDNS = 10.0.0.1\n[Peer]\nPublicKey = \(Self.key)\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let program = CommandTests.program.path
    let picture = mock.folder + "/phone.png"
    let drawn = try Self.answer("\(program) qr \(file) --png \(picture) && stat -c %a \(picture)", mock)
    #expect(drawn.body == "600\n-- " && drawn.status == "0", "\(drawn)")
    let other = mock.folder + "/other.png"
    let told = try Self.answer("\(program) qr \(file) --png \(other) --json && stat -c %a \(other)", mock)
    #expect(told.body == "{\"tunnel\":\"phone\",\"file\":\"\(file)\",\"png\":\"\(other)\"}\n600\n-- ", "\(told)")
    #expect(try Self.answer("cmp \(picture) \(other)", mock).status == "0")
    #expect(try Self.answer("\(program) qr \(file) --json", mock).status == "2")
    let nowhere = try Self.answer("\(program) qr \(file) --png /nonexistent/x.png --json", mock)
    #expect(nowhere.status == "1" && nowhere.body.contains("qrencode wrote no picture to /nonexistent/x.png"))
    // The reader adds a line end; bytes are shown as characters.
    #expect(try Self.answer("zbarimg -q --nodbus --raw \(picture)", mock).body == text + "\n-- ")
    #expect(try Self.answer("\(program) qr \(file)", mock).body.contains("\u{e2}\u{96}\u{88}"))
    for (length, status) in [(2953, "0"), (2954, "1"), (0, "1")] {
      try Data(repeating: UInt8(ascii: "#"), count: length).write(to: URL(fileURLWithPath: file))
      #expect(try Self.answer("\(program) qr \(file) >/dev/null", mock).status == status, "\(length) bytes")
    }
    let without = try Self.answer("PATH=/nowhere \(program) qr \(file)", mock)
    #expect(without.status == "1")
  }

  @Test func `reload tells the tunnel what its file says, and keeps who stays, the port and the mark`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    try mock.answer("tt0", get: "public_key=\(Self.hex)1\npublic_key=\(Self.hex)2\nerrno=0\n\n")
    let text =
      "[Interface]\nPrivateKey = \(Self.key)\nAddress = 10.0.0.1/24\nPostUp = false\n[Peer]\nPublicKey = \(Self.key)\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: mock.folder + "/tt0.conf"))
    let program = CommandTests.program.path
    #expect(try Self.answer("\(program) reload \(mock.folder)/tt0.conf", mock).status == "0")
    #expect(
      mock.takeRequests() == [
        "get=1\n\n",
        "set=1\nprivate_key=\(Self.hex)1\npublic_key=\(Self.hex)2\nremove=true\npublic_key=\(Self.hex)1\n"
          + "replace_allowed_ips=true\n\n",
      ])
    try mock.answer("tt0", get: "public_key=\(Self.hex)1\nerrno=0\n\n", set: "errno=-22\n\n")
    let refused = try Self.answer("\(program) reload \(mock.folder)/tt0.conf", mock)
    #expect(refused.status == "1" && refused.body.contains("Unable to modify interface: Invalid argument"))
  }

  @Test func `a name that is no tunnel's and a file that is not there are said`() throws {
    try ToolRun.requireRightsAndTools()
    let mock = try MockTunnels()
    let program = CommandTests.program.path
    for argument in ["a/b", "/tmp/sixteen-letters-.conf", "/tmp/x.txt", "''"] {
      let wrong = try Self.answer("\(program) strip \(argument)", mock)
      #expect(wrong.status == "2" && wrong.body.contains("names no tunnel"), "\(wrong)")
    }
    let missing = try Self.answer("\(program) reload nosuch", mock)
    #expect(missing.status == "1" && missing.body.contains("/etc/wireguard/nosuch.conf cannot be read: No such file"))
  }
}
