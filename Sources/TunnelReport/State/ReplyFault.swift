/// Why a reply tells no state.
public enum ReplyFault: Error, Equatable, Sendable {
  /// It is no reply of the protocol.
  case malformed
  /// The daemon refused: an error number of the system.
  case refused(Int32)
}

/// Who turns an endpoint's text into the way the host writes it.
public protocol EndpointNaming {
  /// The endpoint, whose two texts are what stands on both sides of the last colon; nil when they are none.
  func words(host: String, port: String) -> EndpointWords?
}
