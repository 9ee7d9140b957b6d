internal import RolloutMetadata

/// The files of a POSIX tar (ustar), and nothing else: no links, devices or sparse files, no absolute or climbing paths,
/// no name twice, nothing behind the end.
struct TarReader {
  /// A file or a folder.
  struct Member {
    /// Its path, without a slash at the end.
    let path: String
    let isFolder: Bool
    let isExecutable: Bool
    let bytes: ArraySlice<UInt8>
  }

  /// No archive has more members.
  static let memberLimit = 4096

  /// Reads a whole archive.
  static func members(of archive: [UInt8]) throws(ClientError) -> [Member] {
    guard archive.count % 512 == 0 else { throw fault("its length is no multiple of 512") }
    var members: [Member] = []
    var place = 0
    while place < archive.count {
      let header = archive[place..<place + 512]
      if header.allSatisfy({ $0 == 0 }) {
        guard archive[place...].allSatisfy({ $0 == 0 }), archive.count - place >= 1024 else {
          throw fault("there is something behind its end, or the end is missing")
        }
        try checkNames(members)
        return members
      }
      let member = try member(header, archive, place + 512)
      members.append(member)
      guard members.count <= memberLimit else { throw fault("more than \(memberLimit) members") }
      place += 512 + (member.bytes.count + 511) / 512 * 512
    }
    throw fault("the end is missing")
  }

  private static func checkNames(_ members: [Member]) throws(ClientError) {
    let names = members.map { Array($0.path.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    for place in names.indices.dropFirst() where names[place] == names[place - 1] {
      throw fault("\(text(names[place])) is there twice")
    }
  }

  private static func member(
    _ header: ArraySlice<UInt8>, _ archive: [UInt8], _ content: Int
  ) throws(ClientError) -> Member {
    let start = header.startIndex
    guard Array(header[start + 257..<start + 262]) == ("ustar" as StaticString) else {
      throw fault("a member is not ustar")
    }
    var sum = 0
    for offset in 0..<512 { sum += (148..<156).contains(offset) ? 32 : Int(header[start + offset]) }
    guard number(header[start + 148..<start + 156]) == sum else { throw fault("a header's check sum is wrong") }
    let name = try field(header[start..<start + 100])
    let prefix = try field(header[start + 345..<start + 500])
    var path = prefix.isEmpty ? name : prefix + [slash] + name
    guard let size = number(header[start + 124..<start + 136]), let mode = number(header[start + 100..<start + 108]),
      size <= archive.count - content
    else { throw fault("\(text(path)) is longer than the archive") }
    let kind = header[start + 156]
    let isFolder = kind == UInt8(ascii: "5")
    guard isFolder || kind == UInt8(ascii: "0") || kind == 0 else {
      throw fault("\(text(path)) is neither file nor folder")
    }
    guard !isFolder || size == 0 else { throw fault("\(text(path)) is a folder with a content") }
    if isFolder && path.last == slash { path.removeLast() }
    let parts = path.split(separator: slash, omittingEmptySubsequences: false).map { Array($0) }
    guard !parts.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != [dot] && $0 != [dot, dot] }) else {
      throw fault("\(text(path)) is not a path below the slot")
    }
    return Member(
      path: text(path), isFolder: isFolder, isExecutable: mode & 0o111 != 0, bytes: archive[content..<content + size])
  }

  private static var slash: UInt8 { UInt8(ascii: "/") }
  private static var dot: UInt8 { UInt8(ascii: ".") }
  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// A name: visible ASCII without what a system takes for more than a name.
  private static func field(_ field: ArraySlice<UInt8>) throws(ClientError) -> [UInt8] {
    let bytes = Array(field.prefix { $0 != 0 })
    guard
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }),
      field.dropFirst(bytes.count).allSatisfy({ $0 == 0 })
    else { throw fault("a name has characters that it may not have") }
    return bytes
  }

  /// An octal number; nil when it is none.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
    guard !digits.isEmpty, digits.count <= 12 else { return nil }
    var number = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit) else { return nil }
      number = number * 8 + Int(digit - 0x30)
    }
    return number
  }

  private static func fault(_ what: String) -> ClientError {
    ClientError(.stageFailed, "the package is refused: \(what)")
  }
}
