/// The command line of a program's arguments, as Windows' C library takes one apart.
public enum CommandLine {
  /// Arguments in quotation marks where they need them. Source: "Parsing C command-line arguments": backslashes count
  /// only before a quotation mark, where each takes another one.
  public static func quoted(_ arguments: [String]) -> String {
    var line: [UInt8] = []
    for argument in arguments {
      if !line.isEmpty { line.append(UInt8(ascii: " ")) }
      let bytes = Array(argument.utf8)
      let isPlain = !bytes.isEmpty && !bytes.contains { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: "\"") }
      line += isPlain ? bytes : inMarks(bytes)
    }
    return String(decoding: line, as: UTF8.self)
  }

  private static func inMarks(_ argument: [UInt8]) -> [UInt8] {
    let mark = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    var line = [mark]
    var backslashes = 0
    for byte in argument {
      if byte == mark { line += [UInt8](repeating: backslash, count: backslashes + 1) }
      backslashes = byte == backslash ? backslashes + 1 : 0
      line.append(byte)
    }
    return line + [UInt8](repeating: backslash, count: backslashes) + [mark]
  }
}
