import Foundation
import Octets
import RolloutMetadata
import Testing

@testable import Rollout
@testable import RolloutClient

/// A folder that is gone afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: place) }
  return try body(place.path)
}

extension Slots where Files == DurableFiles {
  init(root: String) { self.init(root: root, files: DurableFiles()) }

  /// Keeps bytes as if they had been fetched.
  func keep(_ bytes: [UInt8], of serial: UInt64, _ artifact: Artifact) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: try part(serial, artifact)))
    try keep(serial, artifact)
  }
}

struct SlotsTests {
  static func artifact(_ bytes: [UInt8], kind: Artifact.Kind = .tar) -> Artifact {
    Artifact(
      name: Array("p.tar".utf8), size: UInt64(bytes.count), digest: blake2b256(bytes), system: Array("linux".utf8),
      architecture: Array("x86_64".utf8), kind: kind)
  }

  private func fault(_ body: () throws -> Void) -> ClientError? {
    do {
      try body()
      return nil
    } catch {
      return error as? ClientError
    }
  }

  @Test func `what was signed is unpacked, from the beginning each time`() throws {
    let package = TarWriter.package([("bin/a", "one"), ("b", "two")])
    let artifact = Self.artifact(package)
    try withFolder { root in
      let slots = Slots(root: root)
      try slots.keep(package, of: 57, artifact)
      try slots.unpack(57, artifact)
      #expect(try String(contentsOfFile: root + "/slots/57/bin/a", encoding: .utf8) == "one")
      try Data("left over".utf8).write(to: URL(fileURLWithPath: root + "/slots/57/c"))
      try slots.unpack(57, artifact)
      #expect(!FileManager.default.fileExists(atPath: root + "/slots/57/c"))
      try slots.verify(57, artifact)
    }
  }

  @Test func `T27 a file that was changed, added or taken away after it was unpacked is found before it is used`()
    throws
  {
    let package = TarWriter.package([("bin/a", "one"), ("b", "two")])
    let artifact = Self.artifact(package)
    let changes: [(String) throws -> Void] = [
      { try Data("owe".utf8).write(to: URL(fileURLWithPath: $0 + "/slots/57/bin/a")) },
      { try Data("onethree".utf8).write(to: URL(fileURLWithPath: $0 + "/slots/57/bin/a")) },
      { try FileManager.default.removeItem(atPath: $0 + "/slots/57/b") },
      { try Data("x".utf8).write(to: URL(fileURLWithPath: $0 + "/slots/57/c")) },
      { try FileManager.default.createSymbolicLink(atPath: $0 + "/slots/57/d", withDestinationPath: "/bin/sh") },
      { try Data([7]).write(to: URL(fileURLWithPath: $0 + "/packages/57")) },
      { try FileManager.default.removeItem(atPath: $0 + "/packages/57") },
    ]
    for (number, change) in changes.enumerated() {
      try withFolder { root in
        let slots = Slots(root: root)
        try slots.keep(package, of: 57, artifact)
        try slots.unpack(57, artifact)
        try change(root)
        let status = fault { try slots.verify(57, artifact) }?.status
        #expect(
          status == .stageFailed || status == .badSignature || status == .malformed,
          "change \(number): \(status as Any)")
      }
    }
  }

  @Test func `T01 a package that is not the signed one is refused, whichever bit is wrong`() throws {
    let package = TarWriter.package([("a", "one")])
    let artifact = Self.artifact(package)
    try withFolder { root in
      let slots = Slots(root: root)
      for place in stride(from: 0, to: package.count, by: 7) {
        var wrong = package
        wrong[place] ^= 1
        #expect(fault { try slots.keep(wrong, of: 57, artifact) }?.status == .badSignature)
      }
      #expect(fault { try slots.keep(package + [0], of: 57, artifact) }?.status == .badSignature)
      #expect(fault { try slots.keep([], of: 57, artifact) }?.status == .badSignature)
      #expect(!FileManager.default.fileExists(atPath: root + "/packages/57"))
    }
  }

  @Test func `T39 a package of another kind is not unpacked`() throws {
    let package = TarWriter.package([("a", "one")])
    try withFolder { root in
      #expect(fault { try Slots(root: root).unpack(57, Self.artifact(package, kind: .msi)) }?.status == .wrongTarget)
    }
  }

  @Test func `two slots stay, the rest goes`() throws {
    let package = TarWriter.package([("a", "one")])
    try withFolder { root in
      let slots = Slots(root: root)
      for serial in 55...58 as ClosedRange<UInt64> {
        try slots.keep(package, of: serial, Self.artifact(package))
        try slots.unpack(serial, Self.artifact(package))
      }
      try slots.clean(keeping: 58, and: 57)
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/slots").sorted() == ["57", "58"])
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/packages").sorted() == ["57", "58"])
      try slots.discard(58)
      #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/slots") == ["57"])
    }
  }
}
