/// One step of an installation. Each can be taken back, in part done or whole, for as long as the transaction that it
/// belongs to is not finished.
public enum Action: Equatable, Sendable {
  /// Puts a copy of the file `source` at `target`. What lay at `target` is kept until the transaction is finished.
  case copy(source: String, target: String)
  /// Removes the file at this path, which may be missing. It is kept until the transaction is finished.
  case remove(String)
  /// Makes the symbolic link `link` point to `destination`, in one step: whoever follows it sees the old place or the
  /// new one.
  case redirect(link: String, destination: String)
  /// Sets the value `name` of the registry's key `key`, or removes it when `data` is nil.
  case setting(key: String, name: String, data: String?)
  /// Brings a service into a state. One that is to be absent stops, and is deleted when the transaction is finished.
  case service(name: String, state: ServiceState)
  /// Stops a service for as long as the transaction lasts: whichever way that ends, the service is started again when it
  /// ran before.
  case pause(service: String)
  /// Adds the driver package of this INF to the system's store.
  case stageDriver(inf: String)
  /// Brings the system's devices to the driver package of this INF, also from a newer one, which leaves the store.
  case returnToDriver(inf: String)
  /// Removes our driver packages from the system's store, but for those that somebody's devices use.
  case withdrawDriver
  /// Runs a program with its arguments; it has failed when its exit code is not 0. `inverse` undoes it, also when it has
  /// not run at all; empty when nothing is to be undone.
  case run(command: [String], inverse: [String])
  /// A step of a host for something else: what it is called there, and its words. Other hosts refuse it.
  case special(kind: String, words: [String])
}

/// What a service can be.
public enum ServiceState: String, Sendable {
  /// The service manager does not know it.
  case absent
  case stopped
  case running
}

/// What a host found before it performed an action: all that it needs to take it back, on another day and in another
/// process. Kept in the journal.
public struct Memento: Equatable, Sendable {
  /// Words of any content.
  public var fields: [String]

  /// What a host found, empty when that was nothing.
  public init(_ fields: [String] = []) { self.fields = fields }
}

/// Why a step, or its opposite, did not succeed.
public struct ActionFailure: Error, Equatable, Sendable {
  /// What happened and where, for an administrator.
  public let reason: String

  /// A failure with what an administrator is told.
  public init(_ reason: String) { self.reason = reason }
}
