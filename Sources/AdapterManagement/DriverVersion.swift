// What the adapter library for Windows decides: names, versions, the order of an upgrade and of its undoing, what a
// reader of the log does next. It calls nothing, keeps nothing but values, and checks no privilege: the glue of
// Driver/Library does what is decided here, and Windows says who may.

/// The vintage of a driver package, as its INF's DriverVer has it: packages are ordered by date first.
@frozen
public struct DriverVersion: Comparable, Sendable {
  /// The date, 100 ns since 1601-01-01 UTC.
  public let date: UInt64
  /// Four numbers of 16 bits, the major one uppermost.
  public let number: UInt64

  /// A version of what Windows' setup functions tell of a driver.
  public init(date: UInt64, number: UInt64) {
    self.date = date
    self.number = number
  }

  /// Whether a package is older: by its date, and by its number if the date is the same.
  public static func < (left: Self, right: Self) -> Bool {
    left.date != right.date ? left.date < right.date : left.number < right.number
  }

  /// What a program is told of a running driver: its major number in the upper 16 bits, the minor in the lower; nil
  /// when a file's version is 0.0, which says nothing.
  public static func told(fileVersion: UInt64) -> UInt32? {
    let upper = UInt32(truncatingIfNeeded: fileVersion >> 32)
    return upper == 0 ? nil : upper
  }
}
