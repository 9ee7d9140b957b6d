internal import Octets
public import RolloutMetadata

/// A change request that lies in the folder `changes`, with the verdicts beside it.
public struct FiledRequest: Sendable {
  /// Where its files are: `/var/lib/needletail/changes/CR-1234.`
  public let stem: String
  /// The request and the verdicts that count, all signatures checked.
  public let control: ChangeControl

  /// Where the verdict of a key goes.
  public func approvalPath(of key: PublicKey) -> String {
    stem + String(decoding: key.identifier.hexadecimal.prefix(16), as: UTF8.self) + ".approval.json"
  }
}

extension Updater {
  /// How many names of the folder are looked at.
  private static var nameLimit: Int { 1024 }

  /// The organisation's requests in the folder `changes`: `NAME.request.json` and any `NAME.*.approval.json`. One that
  /// does not verify counts for nothing, and is told.
  public func changeRequests() throws(ClientError) -> [FiledRequest] {
    let keys = try host.changeControlKeys().sorted { $0.identifier.precedes($1.identifier) }
    let place = folder.file("changes") + folder.files.separator
    let entries = (try? folder.files.entries(in: folder.file("changes"))) ?? []
    let names = entries.map { Array($0.name.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }.prefix(Self.nameLimit)
    let ending = Array(".request.json".utf8)
    var requests: [FiledRequest] = []
    for name in names where name.count > ending.count && name.suffix(ending.count).elementsEqual(ending) {
      let stem = Array(name.dropLast(ending.count)) + [UInt8(ascii: ".")]
      let path = place + String(decoding: name, as: UTF8.self)
      guard let request = file(path, upTo: Role.changeRequest.lengthLimit) else { continue }
      var approvals: [[UInt8]] = []
      for other in names where other.starts(with: stem) && other.suffix(14).elementsEqual(".approval.json".utf8) {
        let path = place + String(decoding: other, as: UTF8.self)
        if let bytes = file(path, upTo: Role.approval.lengthLimit) { approvals.append(bytes) }
      }
      do throws(MetadataError) {
        requests.append(
          FiledRequest(
            stem: place + String(decoding: stem, as: UTF8.self),
            control: try ChangeControl(request: request, approvals: approvals, keys: keys)))
      } catch {
        host.tell("warning: \(path): \(error.words)")
      }
    }
    return requests
  }

  private func file(_ path: String, upTo limit: Int) -> [UInt8]? {
    (try? folder.files.read(path, limit: limit)) ?? nil
  }
}
