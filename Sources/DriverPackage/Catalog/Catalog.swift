internal import SwiftASN1

/// A security catalog: the list of a driver package's files with their digests, which is what gets signed.
///
/// PKCS #7 SignedData (RFC 2315) around a certificate trust list (Microsoft, *CTL*; MS-CAESO names its object identifiers)
/// in the form that Windows 8 and later know as version 2: SHA-256 alone. The same members, systems and time give the
/// same bytes. Compared with what osslsigncode reads, not with a catalog that Microsoft's tool made; Windows has seen none.
public struct Catalog: Sendable {
  /// The files, in any order.
  public let members: [CatalogMember]
  /// The systems the package is for, as "_v100_X64".
  public let systems: [String]
  /// The hardware ids it is for.
  public let hardwareIDs: [String]
  /// When the list was made, in seconds since 1970.
  public let time: Int

  /// A catalog of at least one file.
  public init(members: [CatalogMember], systems: [String], hardwareIDs: [String], time: Int) throws(PackageError) {
    guard !members.isEmpty else { throw PackageError("a catalog of no files") }
    guard Set(members.map { $0.name.lowercased() }).count == members.count else {
      throw PackageError("two files of a catalog have one name")
    }
    (self.members, self.systems, self.hardwareIDs, self.time) = (members, systems, hardwareIDs, time)
  }

  /// The catalog without a signature, for a tool that signs.
  public func unsigned() throws(PackageError) -> [UInt8] {
    do {
      var serializer = DER.Serializer()
      try write(to: &serializer)
      return serializer.serializedBytes
    } catch {
      throw PackageError("a catalog that cannot be encoded: \(error)")
    }
  }

  private func write(to serializer: inout DER.Serializer) throws {
    try serializer.sequence { data in
      try data.serialize(Identifier.signedData)
      try data.explicit(0) { content in
        try content.sequence { signed in
          try signed.serialize(1)
          signed.appendConstructedNode(identifier: .set) { _ in }
          try signed.sequence { list in
            try list.serialize(Identifier.trustList)
            try list.explicit(0) { try writeList(to: &$0) }
          }
          signed.appendConstructedNode(identifier: .set) { _ in }
        }
      }
    }
  }

  private func writeList(to serializer: inout DER.Serializer) throws {
    let sorted = members.sorted { $0.digest.lexicographicallyPrecedes($1.digest) }
    // The name of the list need only be its own.
    let name = sha256(sorted.flatMap(\.digest)).prefix(16)
    try serializer.sequence { list in
      try list.sequence { try $0.serialize(Identifier.catalogList) }
      try list.serialize(ASN1OctetString(contentBytes: name))
      try list.serialize(try UTCTime(secondsSince1970: time))
      try list.sequence { algorithm in
        try algorithm.serialize(Identifier.memberSHA256)
        try algorithm.serialize(ASN1Null())
      }
      try list.sequence { entries in
        for member in sorted { try writeEntry(member, to: &entries) }
      }
      try list.explicit(0) { extensions in
        try extensions.sequence { extensions in
          try writeExtension("OS", systems.joined(separator: ","), to: &extensions)
          for (number, id) in hardwareIDs.enumerated() {
            try writeExtension("HWID\(number + 1)", id.lowercased(), to: &extensions)
          }
        }
      }
    }
  }

  private func writeExtension(_ tag: String, _ value: String, to serializer: inout DER.Serializer) throws {
    var inner = DER.Serializer()
    try inner.nameValue(tag, value)
    try serializer.sequence { one in
      try one.serialize(Identifier.nameValue)
      try one.serialize(ASN1OctetString(contentBytes: inner.serializedBytes[...]))
    }
  }

  private func writeEntry(_ member: CatalogMember, to serializer: inout DER.Serializer) throws {
    try serializer.sequence { entry in
      try entry.serialize(ASN1OctetString(contentBytes: member.digest[...]))
      // DER sorts a set by what its elements are encoded as.
      try entry.serializeSetOf([
        Attribute.name("File", member.name), .name("OSAttr", "2:10.0"), .memberInfo, .indirect(member),
      ])
    }
  }
}
