public import Timeline
public import Tunnel

/// What only the host can do for a request. Requests of one adapter come one at a time, under a lock of the host's that
/// the lane is not.
public protocol DriverHost: ~Copyable {
  /// Both clocks, read now.
  var now: Now { get }

  /// The UDP port: as configured, or the one chosen when the sockets were last opened on port 0; 0 chooses at the next
  /// up. The host keeps it until the adapter ends.
  var port: UInt16 { get set }

  /// Runs `body` with the machine in its lane, and takes the effects before it lets the lane go.
  mutating func withMachine<Result, Failure: Error>(
    _ body: (inout Machine) throws(Failure) -> Result
  ) throws(Failure) -> Result

  /// Carries out the effects that were taken, or sees to it that somebody does. Outside the lane.
  mutating func carryOutEffects()

  /// Opens the sockets of both families on `port` (0: any, the same for both) and returns the port. Those in use are
  /// replaced and closed; on a throw they stay in use. Outside the lane.
  mutating func openSockets(on port: UInt16) throws(Status) -> UInt16

  /// Closes the sockets; returns when nothing of them is under way. Outside the lane.
  mutating func closeSockets()

  /// The interface went up or down: the link, the owner of the sockets and the log follow. Outside the lane; after the
  /// sockets were opened, before they are closed.
  mutating func stateChanged(isUp: Bool)
}
