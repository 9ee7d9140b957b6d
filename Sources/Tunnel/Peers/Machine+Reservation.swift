internal import Containers
public import Octets

// How a request that must happen whole or not at all is applied: reserve everything it may need, apply it, and end the
// reservation, all under one hold of the lane. While reserved, `addPeer` and `insertAllowedIP` cannot fail for what was
// reserved, in whatever order they come between removals. Ending without having applied anything changes nothing.
extension Machine {
  /// Makes room for `peerCount` new peers. `isReplacing` says that all peers are removed first.
  public mutating func reserve(peerCount: Int, isReplacing: Bool) throws(ConfigurationFault) {
    guard peerCount <= limits.peers - (isReplacing ? 0 : peers.count) else { throw .tooManyPeers }
    let places = peers.placeCount + peerCount
    do throws(StorageError) {
      try peers.reserve(additional: peerCount)
      try publicKeys.reserve(additional: peerCount)
      try deadlines.reserve(memberCount: places)
      try allowedIPs.reserve(ownerCount: places)
    } catch {
      throw .noStorage
    }
  }

  /// Makes sure that `insertAllowedIP` of this prefix cannot fail; `reserve(peerCount:isReplacing:)` comes first.
  public mutating func reserve(_ prefix: Prefix) throws(ConfigurationFault) {
    do throws(StorageError) {
      try allowedIPs.reserve(prefix)
    } catch {
      throw .noStorage
    }
  }

  /// Ends the reservation, whether it succeeded or not, and gives back what was not used.
  public mutating func endReservation() {
    allowedIPs.endReservation()
    publicKeys.endReservation()
  }

  /// The number of allowed IPs of all peers.
  public var allowedIPCount: Int { allowedIPs.count }
}
