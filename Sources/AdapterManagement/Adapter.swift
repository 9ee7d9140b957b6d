/// What is to be known of one adapter.
public enum Adapter {
  /// The type of interface of every adapter: a proprietary virtual one.
  public static let interfaceType: UInt16 = 53
  /// How long an adapter may take to start, in milliseconds.
  public static let startLimit: UInt32 = 15_000
  /// How long a driver that is being replaced may take to leave the kernel, in milliseconds.
  public static let unloadLimit: UInt32 = 75_000
  /// How many milliseconds apart it is looked for.
  public static let unloadInterval: UInt32 = 50

  /// The interface's locally unique identifier: type and index, all other bits zero.
  public static func luid(index: UInt32, type: UInt16) -> UInt64 {
    UInt64(type) << 48 | UInt64(index & 0xff_ffff) << 24
  }

  /// Whether an adapter's device is left over and goes: nobody can read its status, or it has a problem. One that
  /// somebody disabled is his (`isDisabled`, problem 22).
  public static func isOrphan(hasStatus: Bool, problem: UInt32) -> Bool {
    !hasStatus || (problem != 0 && problem != disabledProblem)
  }
  static let disabledProblem: UInt32 = 22

  /// The state of a library's argument: down 0 or up 1; nil for any other number.
  public static func state(_ number: UInt32) -> Bool? { number < 2 ? number == 1 : nil }
}
