import Testing

@testable import DriverPackage

/// Catalogs and the digests in them. That another implementation takes them is Tests/DriverPackage/catalog.sh's to show.
struct CatalogTests {
  /// The smallest file that is an image of Windows by its headers, with `certificates` behind it.
  static func image(certificates: [UInt8] = [], checksum: UInt8 = 0, count: Int = 0x140) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.replaceSubrange(0..<2, with: Array("MZ".utf8))
    bytes[0x3c] = 0x40
    bytes.replaceSubrange(0x40..<0x44, with: [0x50, 0x45, 0, 0])
    bytes[0x58] = 0x0b
    bytes[0x59] = 0x02
    bytes[0x58 + 64] = checksum
    if !certificates.isEmpty {
      bytes[0x58 + 144] = UInt8(count & 255)
      bytes[0x58 + 145] = UInt8(count >> 8)
      bytes[0x58 + 148] = UInt8(certificates.count)
    }
    return bytes + certificates
  }

  @Test func `an image's digest does not depend on its check sum or signatures`() throws {
    let plain = try CatalogMember(name: "a.sys", bytes: Self.image())
    #expect(plain.kind == .image)
    #expect(try CatalogMember(name: "a.sys", bytes: Self.image(checksum: 7)).digest == plain.digest)
    let signed = Self.image(certificates: [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try CatalogMember(name: "a.sys", bytes: signed).digest == plain.digest)
    var other = Self.image()
    other[0x13f] ^= 1
    #expect(try CatalogMember(name: "a.sys", bytes: other).digest != plain.digest)
  }

  @Test func `any other file's digest is of its bytes`() throws {
    let member = try CatalogMember(name: "a.inf", bytes: Array("abc".utf8))
    // FIPS 180-4's example.
    #expect(member.digest.prefix(4) == [0xba, 0x78, 0x16, 0xbf])
    #expect(member.kind == .flat)
  }

  @Test func `broken images are refused by name`() {
    var cut = Self.image(count: 0xe8)
    #expect(throws: PackageError("a.sys: an image whose headers are cut off")) {
      try CatalogMember(name: "a.sys", bytes: cut)
    }
    cut = Self.image()
    cut[0x59] = 9
    #expect(throws: PackageError("a.sys: an image that is neither PE32 nor PE32+")) {
      try CatalogMember(name: "a.sys", bytes: cut)
    }
    let behind = Self.image(certificates: [1, 2, 3, 4]) + [0]
    #expect(throws: PackageError("a.sys: an image whose signatures do not stand at its end")) {
      try CatalogMember(name: "a.sys", bytes: behind)
    }
  }

  func catalog(_ names: [String], time: Int = 0) throws -> [UInt8] {
    let members = try names.map { try CatalogMember(name: $0, bytes: Array($0.utf8)) }
    return try Catalog(members: members, systems: ["_v100_X64"], hardwareIDs: ["Needletail"], time: time).unsigned()
  }

  @Test func `the same files give the same bytes, in whatever order they come`() throws {
    #expect(try catalog(["a", "b", "c"]) == catalog(["c", "a", "b"]))
    #expect(try catalog(["a", "b"]) != catalog(["a", "c"]))
    #expect(try catalog(["a"]) != catalog(["a"], time: 1))
  }

  @Test func `the time stands in it as it is written`() throws {
    // 2026-11-29 07:06:40 UTC.
    let bytes = try catalog(["a"], time: 1_795_936_000)
    #expect(bytes.firstRange(of: Array("261129070640Z".utf8)) != nil)
  }

  @Test func `no files and two of one name are refused`() {
    #expect(throws: PackageError("a catalog of no files")) { try catalog([]) }
    #expect(throws: PackageError("two files of a catalog have one name")) { try catalog(["a", "A"]) }
  }
}
