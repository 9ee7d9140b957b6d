public import RolloutMetadata

/// What an update asks of the machine it happens on. `Updater` decides what is done and in which order; a host does it, and
/// does it again when the program ended meanwhile.
public protocol UpdateHost {
  /// The machine's files.
  associatedtype Files: MachineFiles
  /// Where releases come from.
  associatedtype Source: RepositorySource

  /// Where everything is kept.
  var folder: MachineFolder<Files> { get }
  /// Where the component's releases lie, and what points at the one that serves: no two components share it.
  var home: String { get }
  /// What the administrator has decided.
  var policy: LocalPolicy { get }
  /// How long a release is watched.
  var probationSeconds: UInt64 { get }
  /// The system that packages must be for, as `linux`.
  var platform: StaticString { get }
  /// The processor that they must be for.
  var architecture: StaticString { get }
  /// What the machine knows of itself besides its processor: what holds may ask for.
  var facts: [Facts.Fact] { get }
  /// The version of the system, for reports.
  var systemVersion: String { get }
  /// The name of the program that serves tunnels.
  var tunnelProgram: [UInt8] { get }
  /// The folder of slots, as the paths of running programs begin.
  var slots: [UInt8] { get }

  /// Now, by both clocks.
  var clocks: Reading { get }
  /// Waits; true when the end of the program was asked for meanwhile.
  func wait(milliseconds: UInt64) -> Bool
  /// Says a line to people.
  func tell(_ line: String)
  /// Whether the policy names a repository.
  var hasRepository: Bool { get }
  /// The repository: what was asked for, or the policy's.
  func source(_ given: String?) throws(ClientError) -> Source
  /// The keys of those who may ask for changes and approve them, by policy.
  func changeControlKeys() throws(ClientError) -> [PublicKey]

  /// Ends what a crash has left of a switch.
  func recover() throws(ClientError)
  /// Refuses a release that the machine could not switch to, before anything is changed.
  func check(_ serial: UInt64, _ release: Release?) throws(ClientError)
  /// The slot whose files serve tunnels when a serial is installed: its own, or that of the `previous` one beside it where
  /// the release's phase and knobs say so.
  func slot(of serial: UInt64, _ release: Release?, previous: UInt64?) -> UInt64
  /// Lets the files of a slot, which are verified, serve the machine's tunnels for a serial, or nothing of it; `before` is
  /// what the tunnels were like when the update that is under way began. It may have been begun before.
  func start(_ serial: UInt64, _ release: Release?, slot: UInt64, before: TunnelsSeen) throws(ClientError)
  /// Takes back a serial that was never committed, where nothing was before.
  func withdraw(_ serial: UInt64) throws(ClientError)
  /// Whether a slot is what the machine was switched to.
  func isCurrent(_ slot: UInt64) -> Bool
  /// The machine's tunnels; nil where nobody looks at them.
  func lookAtTunnels() -> TunnelsSeen?
  /// What probes of the administrator's own say of the serial in a folder.
  func askProbes(slot: String) -> [ProbeResult]
}
