/// What Windows lets only code of the system's own processor do: class installers and the driver store.
public enum NativeCode {
  /// Who does it for a process.
  public enum Way: Equatable, Sendable {
    /// The process itself.
    case itself
    /// A helper for a processor (IMAGE_FILE_MACHINE_*), which a program of Windows' loads. That program lies in
    /// Sysnative when `isRedirected`: the process finds another folder under the name System32.
    case helper(machine: UInt16, isRedirected: Bool)
    /// Nobody: no helper is made for that processor.
    case nobody
  }

  /// IMAGE_FILE_MACHINE_* of the processors that the library is built for.
  public static let x86: UInt16 = 0x14c
  /// x86-64.
  public static let x64: UInt16 = 0x8664
  /// ARM64.
  public static let arm64: UInt16 = 0xaa64

  /// The way of a process. `processMachine` is 0 when Windows takes the process for native
  /// (IMAGE_FILE_MACHINE_UNKNOWN), which it does with emulated x86-64 code on ARM64 as well; `imageMachine` is what
  /// this library was built for.
  public static func way(processMachine: UInt16, nativeMachine: UInt16, imageMachine: UInt16) -> Way {
    if processMachine == 0 && nativeMachine == imageMachine { return .itself }
    let isKnown =
      switch imageMachine {
      case x86: nativeMachine == x64 || nativeMachine == arm64
      case x64: nativeMachine == arm64
      default: false
      }
    return isKnown ? .helper(machine: nativeMachine, isRedirected: processMachine != 0) : .nobody
  }
}
