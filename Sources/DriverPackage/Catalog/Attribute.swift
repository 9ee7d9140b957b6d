internal import Foundation
internal import SwiftASN1

/// What a catalog says of a member: an object identifier and a set of one value.
enum Attribute: DERSerializable {
  case name(String, String)
  case memberInfo
  case indirect(CatalogMember)

  func serialize(into coder: inout DER.Serializer) throws {
    try coder.sequence { attribute in
      switch self {
      case .name(let tag, let value):
        try attribute.serialize(Identifier.nameValue)
        try attribute.set { try $0.nameValue(tag, value) }
      case .memberInfo:
        // Version 2 leaves the member's information to whoever reads it: an empty choice.
        try attribute.serialize(Identifier.memberInfo2)
        attribute.set { $0.appendPrimitiveNode(identifier: .context(2)) { _ in } }
      case .indirect(let member):
        try attribute.serialize(Identifier.indirectData)
        try attribute.set { try Self.write(member, to: &$0) }
      }
    }
  }

  /// SpcIndirectDataContent (*Windows Authenticode Portable Executable Signature Format*): what kind of file, its digest.
  private static func write(_ member: CatalogMember, to coder: inout DER.Serializer) throws {
    try coder.sequence { content in
      try content.sequence { data in
        switch member.kind {
        case .image:
          try data.serialize(Identifier.imageData)
          try data.sequence { image in
            // No flags; no file that would be named.
            try image.serialize(ASN1BitString(bytes: []))
            image.explicit(0) { Self.noFile(&$0) }
          }
        case .flat:
          try data.serialize(Identifier.link)
          Self.noFile(&data)
        }
      }
      try content.sequence { digest in
        try digest.sequence { algorithm in
          try algorithm.serialize(Identifier.sha256)
          try algorithm.serialize(ASN1Null())
        }
        try digest.serialize(ASN1OctetString(contentBytes: member.digest[...]))
      }
    }
  }

  /// SpcLink with an empty name.
  private static func noFile(_ coder: inout DER.Serializer) {
    coder.explicit(2) { link in
      link.appendPrimitiveNode(identifier: .context(0)) { _ in }
    }
  }
}

/// The object identifiers of catalogs; those below 1.3.6.1.4.1.311 are Microsoft's.
enum Identifier {
  static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
  static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
  static let trustList: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 10, 1]
  static let catalogList: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 12, 1, 1]
  static let memberSHA256: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 12, 1, 3]
  static let nameValue: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 12, 2, 1]
  static let memberInfo2: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 12, 2, 3]
  static let indirectData: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 2, 1, 4]
  static let imageData: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 2, 1, 15]
  static let link: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 311, 2, 1, 25]
}

extension ASN1Identifier {
  static func context(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }
}

extension DER.Serializer {
  mutating func sequence(_ body: (inout DER.Serializer) throws -> Void) rethrows {
    try appendConstructedNode(identifier: .sequence, body)
  }

  mutating func set(_ body: (inout DER.Serializer) throws -> Void) rethrows {
    try appendConstructedNode(identifier: .set, body)
  }

  mutating func explicit(_ number: UInt, _ body: (inout DER.Serializer) throws -> Void) rethrows {
    try appendConstructedNode(identifier: .context(number), body)
  }

  /// CatNameValue: a tag, flags, and the value as UTF-16LE with a zero behind it.
  mutating func nameValue(_ tag: String, _ value: String) throws {
    try sequence { pair in
      try pair.serialize(ASN1BMPString(contentBytes: tag.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }[...]))
      // The value is text, and it counts: CRYPTCAT_ATTR_NAMEASCII, CRYPTCAT_ATTR_DATAASCII and _AUTHENTICATED.
      try pair.serialize(0x1001_0001)
      let text = (Array(value.utf16) + [0]).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      try pair.serialize(ASN1OctetString(contentBytes: text[...]))
    }
  }
}

extension UTCTime {
  /// A time in seconds since 1970, by Foundation's calendar.
  init(secondsSince1970 time: Int) throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let fields: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute, .second]
    let date = calendar.dateComponents(fields, from: Date(timeIntervalSince1970: TimeInterval(time)))
    try self.init(
      year: date.year ?? 0, month: date.month ?? 0, day: date.day ?? 0, hours: date.hour ?? 0,
      minutes: date.minute ?? 0, seconds: date.second ?? 0)
  }
}
