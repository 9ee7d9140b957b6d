/// Names of adapters and connections, in UTF-16.
public enum AdapterName {
  /// The most units a name or a tunnel type has, without a NUL.
  public static let longest = 127
  /// How many numbered names are tried when a name is taken.
  public static let attempts: UInt32 = 1000

  /// Whether a name of this many units can be an adapter's: at least 1 and at most `longest`.
  public static func isFit(length: Int) -> Bool { length > 0 && length <= longest }

  /// The name with a number behind it, "name 7", cut so that it stays within `longest` units. Returns its length in
  /// units. The number is at most `attempts`; `output` has room for `longest` units at least.
  public static func numbered(_ name: Span<UInt16>, _ number: UInt32, into output: inout MutableSpan<UInt16>) -> Int {
    var digits = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    let kept = cut(name, to: longest - digits - 1)
    for place in 0..<kept { output[place] = name[place] }
    output[kept] = 0x20
    rest = number
    for place in stride(from: kept + digits, to: kept, by: -1) {
      output[place] = 0x30 + UInt16(rest % 10)
      rest /= 10
    }
    return kept + 1 + digits
  }

  /// How many units of a name fit, no pair of surrogates being cut in two.
  private static func cut(_ name: Span<UInt16>, to most: Int) -> Int {
    guard name.count > most else { return name.count }
    return name[most - 1] & 0xfc00 == 0xd800 ? most - 1 : most
  }
}
