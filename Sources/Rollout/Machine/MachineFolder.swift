internal import Octets
public import RolloutMetadata

/// A client's folder: what it believes, what it has decided, and what it has done. `/var/lib/needletail` on Linux and
/// `C:\Windows\Needletail.channel` on Windows, unless somebody says otherwise.
///
/// `root.json` or `trusted.json` is where trust begins; the policy is the administrator's; the rest is the client's own.
public struct MachineFolder<Files: MachineFiles> {
  /// Where it is.
  public let path: String
  /// What reads and writes there.
  public let files: Files

  /// The folder at a path that exists and only administrators may write to.
  public init(path: String, files: Files) {
    self.path = path
    self.files = files
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + files.separator + name }

  /// Keeps other clients out until the program ends.
  public func lock() throws(ClientError) { try files.lock(file("lock")) }

  /// What is believed; what was verified before, or else the root that came with the program.
  public func trusted() throws(ClientError) -> TrustedSet {
    let stored = file("trusted.json")
    if let bytes = try files.read(stored, limit: TrustedSet.storageLimit) {
      guard let set = TrustedSet(stored: bytes) else {
        throw ClientError(
          .malformed, "\(stored): damaged; move it away, and the client begins again with \(file("root.json"))")
      }
      return set
    }
    guard let bytes = try files.read(file("root.json"), limit: Role.root.lengthLimit) else {
      throw ClientError(.belowThreshold, "\(file("root.json")): missing; put the publisher's first root there")
    }
    do throws(MetadataError) {
      return try TrustedSet(root: bytes)
    } catch {
      throw ClientError(error.exitStatus, "\(file("root.json")): \(error.words)")
    }
  }

  func write(_ trusted: TrustedSet) throws(ClientError) {
    try files.replace(file("trusted.json"), with: trusted.stored)
  }

  /// How far the component's update has come.
  public func record(_ component: Component) throws(ClientError) -> ClientRecord {
    let path = file("\(component.words).record.json")
    guard let bytes = try files.read(path, limit: ClientRecord.byteLimit) else {
      return ClientRecord(component: component)
    }
    guard let record = ClientRecord(stored: bytes), record.component == component else {
      throw ClientError(.malformed, "\(path): damaged; see which release runs, and move the file away")
    }
    return record
  }

  func write(_ record: ClientRecord) throws(ClientError) {
    try files.replace(file("\(record.component.words).record.json"), with: record.stored)
  }

  /// The identifier of this installation, made when it is first asked for. It never leaves the machine.
  public func installID() throws(ClientError) -> [UInt8] {
    let path = file("install-id")
    if let text = try files.read(path, limit: 64) {
      guard let id = Octets16(hexadecimal: Array(text.prefix(32))), text.count <= 33 else {
        throw ClientError(.malformed, "\(path): 32 hexadecimal digits are needed; remove it, and another is made")
      }
      return id.array
    }
    let id = files.random(16)
    try files.replace(path, with: Octets16(exactly: id).map { $0.hexadecimal + [10] } ?? [])
    return id
  }

  /// When serials were first offered here: a line for each, `portable 57 2027-01-06T09:00:00Z`.
  func firstOffers() throws(ClientError) -> [Situation.FirstOffer] {
    let bytes = try files.read(file("offers"), limit: 1 << 20) ?? []
    return bytes.split(separator: 10).compactMap { line in
      let words = line.split(separator: 32).map { Array($0) }
      guard words.count == 3, let component = Component(named: words[0]), let time = UTCTime(words[2]),
        let serial = natural(words[1])
      else { return nil }
      return .init(component: component, serial: serial, at: time)
    }
  }

  /// Remembers serials that are offered for the first time. Only the last 256 are kept.
  func remember(_ offers: [Situation.FirstOffer]) throws(ClientError) {
    var text: [UInt8] = []
    for offer in offers.suffix(256) {
      text += Array("\(offer.component.words) \(offer.serial) ".utf8) + offer.at.text + [10]
    }
    try files.replace(file("offers"), with: text)
  }
}

/// A number in decimal digits; nil when the text is none.
func natural(_ digits: [UInt8]) -> UInt64? {
  guard !digits.isEmpty else { return nil }
  var number: UInt64 = 0
  for digit in digits {
    guard (0x30...0x39).contains(digit) else { return nil }
    let (tens, isTooMuch) = number.multipliedReportingOverflow(by: 10)
    let (sum, isTooMuchNow) = tens.addingReportingOverflow(UInt64(digit - 0x30))
    if isTooMuch || isTooMuchNow { return nil }
    number = sum
  }
  return number
}
