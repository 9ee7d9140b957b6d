import Foundation
import Testing

@testable import Rollout
@testable import RolloutClient

/// A tar as a test wants it.
struct TarWriter {
  var bytes: [UInt8] = []

  mutating func add(
    _ name: String, _ content: [UInt8] = [], kind: Character = "0", mode: Int = 0o644, size: Int? = nil
  ) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at place: Int) { for (i, byte) in text.utf8.enumerated() { header[place + i] = byte } }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(mode, 7), at: 100)
    put(octal(size ?? content.count, 11), at: 124)
    put(String(kind), at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    let sum = header.reduce(0) { $0 + Int($1) } + 8 * 32
    put(octal(sum, 6), at: 148)
    header[155] = 0x20
    bytes += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  var finished: [UInt8] { bytes + [UInt8](repeating: 0, count: 1024) }

  static func package(_ files: [(String, String)]) -> [UInt8] {
    var tar = TarWriter()
    for (name, content) in files { tar.add(name, Array(content.utf8), mode: 0o755) }
    return tar.finished
  }
}

struct TarReaderTests {
  private func members(_ build: (inout TarWriter) -> Void) throws -> [TarReader.Member] {
    var tar = TarWriter()
    build(&tar)
    return try TarReader.members(of: tar.finished)
  }

  @Test func `files and folders are read, also what the system's tar writes`() throws {
    let members = try members {
      $0.add("bin/", kind: "5", mode: 0o755)
      $0.add("bin/a", [1, 2, 3], mode: 0o755)
      $0.add("b", [UInt8](repeating: 7, count: 512))
    }
    #expect(members.map(\.path) == ["bin", "bin/a", "b"])
    #expect(members.map(\.isFolder) == [true, false, false])
    #expect(members.map(\.isExecutable) == [true, true, false])
    #expect(members[1].bytes == [1, 2, 3] && members[2].bytes.count == 512)
  }

  @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/.", "", "a\\b", "a b", "ü"])
  func `T10 a path that leads out of the slot, or is no plain one, is refused`(name: String) {
    #expect(throws: ClientError.self) { try members { $0.add(name, [1]) } }
  }

  @Test(arguments: ["1", "2", "3", "4", "6", "7", "S", "L", "x", "g"] as [Character])
  func `T10 links, devices, sparse files and extensions are refused`(kind: Character) {
    #expect(throws: ClientError.self) { try members { $0.add("a", kind: kind) } }
  }

  @Test func `T10 twice the same name, a lying size, and anything behind the end are refused`() throws {
    #expect(throws: ClientError.self) {
      try members {
        $0.add("a")
        $0.add("a")
      }
    }
    #expect(throws: ClientError.self) { try members { $0.add("a", [1], size: 99_999) } }
    #expect(throws: ClientError.self) { try members { $0.add("a", kind: "5", size: 1) } }
    var tar = TarWriter()
    tar.add("a", [1])
    #expect(throws: ClientError.self) { try TarReader.members(of: tar.bytes) }
    #expect(throws: ClientError.self) { try TarReader.members(of: tar.finished + tar.bytes) }
    #expect(throws: ClientError.self) { try TarReader.members(of: tar.finished + [0]) }
    #expect(throws: ClientError.self) { try TarReader.members(of: []) }
  }

  @Test func `a changed archive is refused or another one, and never more`() throws {
    var tar = TarWriter()
    tar.add("bin/", kind: "5")
    tar.add("bin/a", [1, 2, 3])
    let original = tar.finished
    var state: UInt64 = 1
    for _ in 0..<5000 {
      var bytes = original
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 20)
      }
      for member in (try? TarReader.members(of: bytes)) ?? [] {
        #expect(!member.path.hasPrefix("/") && !member.path.contains("..") && member.bytes.count <= bytes.count)
      }
    }
  }
}
