internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata
internal import TunnelDiagnosis
internal import TunnelMetrics

/// What a doctor looks at of the machine's update channel, and what metrics tell of it.
struct ChannelSurroundings {
  /// Where the channel's state is.
  let folder: String

  private var isFollowed: Bool { FileManager.default.fileExists(atPath: folder + "/policy.json") }

  /// What metrics tell; nil when the machine follows no channel, or its state cannot be read.
  var state: ChannelState? {
    guard isFollowed, let client = try? Client(folder: ClientFolder(path: folder), component: .portable) else {
      return nil
    }
    let channel = client.host.policy.channel
    var state = ChannelState(component: "\(client.component.name)", channel: "\(channel.name)")
    let record = client.record
    state.phase = client.running.map { "\($0.phase.name)" } ?? ""
    state.serial = record.committed ?? 0
    if case .probation = record.progress { state.isProbation = true }
    state.quarantined = record.quarantined.count
    state.isFrozen = client.trusted.frozenSince(systemClock: Clocks.now) != nil
    if let offer = client.trusted.rollout?.document.offers(channel, client.component).first {
      state.offered = (offer.serial, client.trusted.effectivePPM(offer, systemClock: Clocks.now))
    }
    return state
  }

  /// What is seen there; nil when the machine follows no channel.
  var seen: TunnelDiagnosis.Situation.Channel? {
    guard isFollowed else { return nil }
    let manager = FileManager.default
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
      // Who may not look says nothing.
      if error.status == .notPermitted { return nil }
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
