import Foundation
import Octets
import RolloutMetadata
import Testing

/// A bundle that was made or changed by somebody else, and one that is old.
struct BundleThreatTests {
  /// A repository as a bundle.
  static func bundle(_ repository: Repository, at created: UTCTime? = nil) -> (OfflineBundle, [UInt8]) {
    var files = repository.files
    files["artifacts/\(string(hex32(9).hexadecimal))/\(String(repeating: "n", count: 60)).msi"] = [UInt8](
      repeating: 7, count: 1000)
    let members = files.map {
      OfflineBundle.Member(path: text($0.key), size: UInt64($0.value.count), digest: blake2b256($0.value))
    }
    let bundle = OfflineBundle(created: created ?? repository.now, members: members)
    var bytes = bundle.head
    for member in bundle.members {
      let frame = bundle.frame(of: member)!
      bytes += frame.header + files[string(member.path)]! + frame.padding
    }
    return (bundle, bytes + OfflineBundle.tail)
  }

  static func open(_ bytes: [UInt8]) throws(BundleError) -> BundleReader {
    try BundleReader(size: UInt64(bytes.count)) { offset, count in Array(bytes[Int(offset)..<Int(offset) + count]) }
  }

  static func fault(_ bytes: [UInt8]) -> BundleError? {
    do throws(BundleError) {
      _ = try open(bytes)
      return nil
    } catch {
      return error
    }
  }

  static func refresh(_ bytes: [UInt8], _ trusted: TrustedSet, at now: UTCTime) throws(BundleError) -> MetadataRefresh {
    try open(bytes).refresh(trusted, now: now) { offset, count in Array(bytes[Int(offset)..<Int(offset) + count]) }
  }

  @Test func `a bundle is read back, and a client walks over it as over a mirror`() throws {
    let repository = Repository()
    let (bundle, bytes) = Self.bundle(repository)
    let reader = try Self.open(bytes)
    #expect(reader.bundle == bundle)
    let walk = try Self.refresh(bytes, try repository.client(), at: repository.now + 100 * day)
    #expect(walk.failure == nil)
    #expect(walk.trusted == (try repository.currentClient()))
    #expect(reader.missingArtifacts(of: walk.trusted).count == 3)
  }

  @Test func `a bundle is a tar that other programs read`() throws {
    let (bundle, bytes) = Self.bundle(Repository())
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tar", "tf", file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let names = output.split(separator: "\n").map(String.init)
    #expect(names == ["BUNDLE.json"] + bundle.members.map { string($0.path) })
  }

  @Test func `T10 no bit of a bundle can be changed`() throws {
    let (_, bytes) = Self.bundle(Repository())
    for bit in stride(from: 0, to: bytes.count * 8, by: 1009) {
      var changed = bytes
      changed[bit / 8] ^= 1 << UInt8(bit % 8)
      let error = Self.fault(changed)
      #expect(error?.exitStatus == .badBundle, "bit \(bit)")
    }
    // Every bit of a header of a member, where tar's tricks are.
    let offset = Int(try Self.open(bytes).offsets[0]) - 512
    for bit in 0..<512 * 8 {
      var changed = bytes
      changed[offset + bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Self.fault(changed)?.reason == .memberNotDeclared, "bit \(bit)")
    }
  }

  @Test func `T10 what follows, what is missing and what is twice is refused`() {
    let (bundle, bytes) = Self.bundle(Repository())
    #expect(Self.fault(bytes + [0])?.reason == .trailingData)
    #expect(Self.fault(bytes + OfflineBundle.tail)?.reason == .trailingData)
    for count in [1, 512, 1024, 1025, 3000, bytes.count - 513, bytes.count - 1, bytes.count] {
      #expect(Self.fault(Array(bytes.dropLast(count))) != nil, "\(count)")
    }
    let first = bundle.members[0]
    let twice = OfflineBundle(created: bundle.created, members: bundle.members + [first])
    #expect(Self.fault(twice.head + bytes.dropFirst(bundle.head.count)) != nil)
    // A member that the list does not have.
    let fewer = OfflineBundle(created: bundle.created, members: Array(bundle.members.dropFirst()))
    #expect(Self.fault(fewer.head + bytes.dropFirst(bundle.head.count))?.reason == .memberNotDeclared)
    // One whose contents are not the declared ones.
    let members = bundle.members.map { OfflineBundle.Member(path: $0.path, size: $0.size, digest: hex32(1)) }
    let wrong = OfflineBundle(created: bundle.created, members: members)
    #expect(Self.fault(wrong.head + bytes.dropFirst(bundle.head.count))?.reason == .memberChanged)
  }

  @Test(arguments: ["../x", "/x", "a/../b", "a//b", "a/", "", ".", "a/.", "-x", "a\\b", "a b", "\u{e9}"])
  func `T10 a path that leads elsewhere is refused`(path: String) {
    let member = OfflineBundle.Member(path: text(path), size: 0, digest: blake2b256([]))
    let bundle = OfflineBundle(created: time("2027-01-10T12:00:00Z"), members: [member])
    #expect(bundle.frame(of: member) == nil)
    #expect(Self.fault(bundle.head + OfflineBundle.tail)?.reason == .notABundle)
  }

  @Test func `T10 mutations of a bundle never trap`() {
    var random = SeededGenerator()
    let (_, bytes) = Self.bundle(Repository())
    let head = Array(bytes.prefix(4096))
    for _ in 0..<500 { _ = Self.fault(random.mutation(of: head) + bytes.dropFirst(4096)) }
    for _ in 0..<500 { #expect(Self.fault(random.mutation(of: head)) != nil) }
  }

  @Test func `T35 a bundle is refused when it is older than policy allows, at the edge`() throws {
    let repository = Repository()
    let (_, bytes) = Self.bundle(repository)
    let client = try repository.client()
    #expect(try Self.refresh(bytes, client, at: repository.now + 120 * day).failure == nil)
    #expect(throws: BundleError(.tooOld)) { try Self.refresh(bytes, client, at: repository.now + (120 * day + 1)) }
    #expect(throws: BundleError(.fromTheFuture)) { try Self.refresh(bytes, client, at: repository.now + (-day - 1)) }
    #expect(try Self.refresh(bytes, client, at: repository.now + -day).failure == nil)
  }

  @Test func `T35 a bundle cannot claim to be newer than its timestamp`() throws {
    let repository = Repository()
    let claimed = repository.now + 2 * day
    let (_, bytes) = Self.bundle(repository, at: claimed)
    #expect(
      try Self.refresh(bytes, try repository.client(), at: claimed).failure == MetadataError(.expired, .timestamp))
    // Nor bring back what a client has seen expire.
    var later = repository
    later.now = later.now + 3 * day
    later.stamp()
    let trusted = later.refresh(try repository.currentClient()).trusted
    let (_, old) = Self.bundle(repository)
    #expect(try Self.refresh(old, trusted, at: later.now).failure != nil)
  }
}
