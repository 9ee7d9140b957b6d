import Octets
import RolloutMetadata
import Testing

@testable import Rollout

/// Slots in memory; on a disk they are in RolloutClientTests.
struct SlotsTests {
  private static func package(_ contents: [(path: String, text: String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (path, content) in contents {
      let member = OfflineBundle.Member(
        path: text(path), size: UInt64(content.utf8.count), digest: Octets32(repeating: 0))
      guard let frame = OfflineBundle(created: World.now, members: [member]).frame(of: member) else { continue }
      bytes += frame.header + Array(content.utf8) + frame.padding
    }
    return bytes + OfflineBundle.tail
  }

  @Test func `T27 a file that was changed or added after it was unpacked is found before it is used`() throws {
    let package = Self.package([("a", "one"), ("b", "two")])
    let artifact = Artifact(
      name: text("p.tar"), size: UInt64(package.count), digest: blake2b256(package), system: text("linux"),
      architecture: text("x86_64"), kind: .tar)
    let changes: [(MemoryFiles) -> Void] = [
      { $0.files["/m/slots/57/a"] = Array("owe".utf8) }, { $0.files["/m/slots/57/a"] = [] },
      { $0.files["/m/slots/57/b"] = nil }, { $0.files["/m/slots/57/c"] = [1] },
      { $0.files["/m/slots/57/d/c"] = [1] }, { $0.files["/m/packages/57"]?[0] ^= 1 },
    ]
    for (number, change) in changes.enumerated() {
      let files = MemoryFiles()
      let slots = Slots(root: "/m", files: files)
      files.files[try slots.part(57, artifact)] = package
      try slots.keep(57, artifact)
      try slots.unpack(57, artifact)
      try slots.verify(57, artifact)
      change(files)
      #expect(throws: ClientError.self, "change \(number)") { try slots.verify(57, artifact) }
    }
  }
}
