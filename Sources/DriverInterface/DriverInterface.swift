/// The control interface of the Windows driver, as WireGuardNT defined it: four requests, their records, their status
/// codes, and the log ring; and a request of our own that tells how far things are. Everything but the calls into NT.
///
/// A driver passes whole requests; a host (`DriverHost`) lends the machine and the sockets:
///
///     precheck(code, …)                       what the contract checks before it looks for the adapter
///     read(into: &output, &host)              GET: the configuration as records, a strict prefix when it does not fit
///     write(snapshot, &host)                  SET: whole or not at all
///     changeState(input, outputLength:, &host)  ADAPTER_STATE: a `StateAnswer`
///     observe(into: &output, &host)           OBSERVE: handshakes, refusals and loss as records, a strict prefix too
///     checkLogBuffer(byteCount:)              READ_LOG_LINE, before a line is taken from an `AdapterLog`
///     AdapterLog                              64 lines; `note` for reports, `removeFirst` for readers
///
/// All answer a `Completion`: an NTSTATUS and the number for the request's Information.
///
/// Checked here: every length, count, flag and value in a request. Not checked here: who asks (access), that requests of
/// one adapter come one at a time (the host has a lock for that, not the lane), and that the snapshot of a SET is memory
/// nobody else writes to. The host wipes the snapshot: it holds keys.
public enum DriverInterface {}

/// The requests, by their ioctl codes: the contract's four, and ours.
@frozen
public enum ControlCode: UInt32, Sendable {
  /// GET: the output buffer receives the configuration. METHOD_OUT_DIRECT.
  case read = 0xb098_c506
  /// SET: the configuration lies in what Windows calls the output buffer. METHOD_IN_DIRECT.
  case write = 0xb098_c509
  /// ADAPTER_STATE: a verb of 4 bytes. METHOD_BUFFERED.
  case state = 0xb098_c50c
  /// READ_LOG_LINE: one entry of 128 bytes. METHOD_BUFFERED.
  case readLogLine = 0xb098_c510
  /// OBSERVE: the output buffer receives how far things are. METHOD_OUT_DIRECT; a number that Microsoft leaves to drivers, and
  /// one that the contract does not use.
  case observe = 0xb098_6402
}

/// How a request ends.
@frozen
public struct Completion: BitwiseCopyable, Sendable, Equatable {
  /// The NTSTATUS.
  public var status: Status
  /// The number for the request's Information: bytes of the answer, needed or consumed.
  public var information: UInt64

  /// A request that ends like this.
  public init(_ status: Status, information: UInt64 = 0) {
    self.status = status
    self.information = information
  }
}

extension DriverInterface {
  /// What the contract checks before it looks for the adapter; nil lets the request go on.
  public static func precheck(_ code: ControlCode, inputLength: Int) -> Status? {
    code == .state && inputLength != stateLength ? .invalidParameter : nil
  }
}
