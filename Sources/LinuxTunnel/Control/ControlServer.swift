internal import CLinuxTunnel
internal import Glibc

/// Serves the control socket: several conversations at a time on one thread, none of which can hold up the others.
public struct ControlServer<Conversation: ControlConversation & ~Copyable>: ~Copyable {
  /// The most connections at a time; one more ends the one that has been idle longest.
  public static var connectionLimit: Int { 32 }

  /// What a turn of the server told.
  public enum Outcome: Sendable {
    /// It goes on.
    case serving
    /// The socket's name was removed: the administrator wants the interface gone.
    case removed
  }

  private let socket: ControlSocket
  private let begin: () -> Conversation
  private let firstTag: UInt64
  private var connections: [UInt64: ControlConnection<Conversation>] = [:]
  private var nextTag: UInt64
  private var turn: UInt64 = 0

  /// Serves `socket`; each connection begins a conversation of its own. The server's members of the wait set have the
  /// tags from `firstTag` on.
  public init(
    _ socket: consuming ControlSocket, firstTag: UInt64, in set: borrowing WaitSet,
    conversation begin: @escaping () -> Conversation
  ) {
    self.begin = begin
    self.firstTag = firstTag
    nextTag = firstTag + 2
    set.put(socket.listener.number, tag: firstTag)
    set.put(socket.watch.number, tag: firstTag + 1)
    self.socket = socket
  }

  /// Does what there is to do for the member `tag`, which is ready.
  public mutating func serve(_ tag: UInt64, in set: borrowing WaitSet) -> Outcome {
    switch tag {
    case firstTag:
      accept(in: set)
    case firstTag + 1:
      if !socket.isNamed() { return .removed }
    default:
      if let connection = connections[tag] { proceed(connection, tag, in: set) }
    }
    return .serving
  }

  /// Ends all connections and removes the socket's name.
  public mutating func end() {
    for connection in connections.values { connection.end() }
    connections.removeAll()
    socket.remove()
  }

  private mutating func accept(in set: borrowing WaitSet) {
    while true {
      let number = linux_control_accept(socket.listener.number)
      guard number >= 0 else { return }
      makeRoom()
      let descriptor = Descriptor(owning: number)
      guard let connection = try? ControlConnection(descriptor, begin()) else { continue }
      let tag = nextTag
      nextTag += 1
      connections[tag] = connection
      proceed(connection, tag, in: set)
    }
  }

  private mutating func proceed(
    _ connection: ControlConnection<Conversation>, _ tag: UInt64, in set: borrowing WaitSet
  ) {
    turn += 1
    connection.lastTurn = turn
    connection.proceed()
    switch connection.interest {
    case .readable: set.put(connection.descriptor.number, tag: tag, .readable)
    case .writable: set.put(connection.descriptor.number, tag: tag, .writable)
    case .none: connections[tag] = nil
    }
  }

  private mutating func makeRoom() {
    guard connections.count >= Self.connectionLimit,
      let idlest = connections.min(by: { $0.value.lastTurn < $1.value.lastTurn })
    else { return }
    idlest.value.end()
    connections[idlest.key] = nil
  }
}
