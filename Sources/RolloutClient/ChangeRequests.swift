internal import Foundation
internal import Octets
internal import Rollout
public import RolloutMetadata

/// A change request that lies in the folder `changes`, with the verdicts beside it.
public struct FiledRequest: Equatable, Sendable {
  /// Where its files are: `/var/lib/needletail/changes/CR-1234.`
  public let stem: String
  /// The request and the verdicts that count, all signatures checked.
  public let control: ChangeControl

  /// Where the verdict of a key goes.
  public func approvalPath(of key: PublicKey) -> String {
    stem + String(decoding: key.identifier.hexadecimal.prefix(16), as: UTF8.self) + ".approval.json"
  }
}

extension LinuxHost {
  /// The organisation's requests in the folder `changes`: `NAME.request.json` and any `NAME.*.approval.json`. One that
  /// does not verify counts for nothing, and is told.
  func changeRequests() throws(ClientError) -> [FiledRequest] {
    let keys = try changeControlKeys()
    let place = folder.file("changes")
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted().prefix(1024)
    var requests: [FiledRequest] = []
    for name in names where name.hasSuffix(".request.json") {
      let stem = String(name.dropLast("request.json".count))
      let approvals = names.filter { $0.hasPrefix(stem) && $0.hasSuffix(".approval.json") }
      guard let request = file(place + "/" + name, upTo: Role.changeRequest.lengthLimit) else { continue }
      do throws(MetadataError) {
        let files = approvals.compactMap { file(place + "/" + $0, upTo: Role.approval.lengthLimit) }
        requests.append(
          FiledRequest(
            stem: place + "/" + stem, control: try ChangeControl(request: request, approvals: files, keys: keys)))
      } catch {
        tell("warning: \(place)/\(name): \(error.words)")
      }
    }
    return requests
  }

  /// The organisation's keys, by policy.
  func changeControlKeys() throws(ClientError) -> [PublicKey] {
    var keys: [PublicKey] = []
    for text in policyFile.changeControlKeys ?? [] {
      guard let bytes = Octets32(hexadecimal: Array(text.utf8)) else {
        throw ClientError(.policy, "\(folder.file("policy.json")): changeControlKeys: 64 hexadecimal digits each")
      }
      keys.append(PublicKey(bytes))
    }
    return keys.sorted { $0.identifier.hexadecimal.lexicographicallyPrecedes($1.identifier.hexadecimal) }
  }

  private func file(_ path: String, upTo limit: Int) -> [UInt8]? {
    (try? folder.files.read(path, limit: limit)) ?? nil
  }
}
