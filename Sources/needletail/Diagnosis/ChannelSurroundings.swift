internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata
internal import TunnelDiagnosis

/// What a doctor looks at of the machine's update channel.
struct ChannelSurroundings {
  /// Where the channel's state is.
  let folder: String

  /// What is seen there; nil when the machine follows no channel.
  var seen: TunnelDiagnosis.Situation.Channel? {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder + "/policy.json") else { return nil }
    var seen = TunnelDiagnosis.Situation.Channel()
    do throws(ClientError) {
      let place = ClientFolder(path: folder)
      let client = try Client(folder: place, component: .portable)
      seen.idleKnobs = client.knobNotices.filter { $0.warning == .retired || $0.warning == .unknown }.map(\.name)
      if let serial = client.record.previous {
        seen.previous = manager.fileExists(atPath: "\(folder)/slots/\(serial)") ? .there(serial) : .missing(serial)
      }
      if let serial = client.record.committed {
        // Packed, unpacked, and what is there already stays.
        seen.wantedBytes = 3 * Self.size(of: "\(folder)/slots/\(serial)")
      }
      _ = try place.verifiedLog()
    } catch {
      seen.fault = error.description
    }
    if let free = try? manager.attributesOfFileSystem(forPath: folder)[.systemFreeSize] as? NSNumber {
      seen.freeBytes = free.uint64Value
    }
    return seen
  }

  private static func size(of slot: String) -> UInt64 {
    var sum: UInt64 = 0
    for case let name as String in FileManager.default.enumerator(atPath: slot) ?? .init() {
      let attributes = try? FileManager.default.attributesOfItem(atPath: "\(slot)/\(name)")
      if let attributes, attributes[.type] as? FileAttributeType == .typeRegular {
        sum += (attributes[.size] as? NSNumber)?.uint64Value ?? 0
      }
    }
    return sum
  }
}
