import Glibc

/// The environment of the process.
enum Environment {
  /// All variables. Of a name that comes twice, the first counts.
  static var current: [String: String] {
    var result: [String: String] = [:]
    // SAFETY: nothing changes the environment of this process; it is a list of terminated strings that ends with nil.
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      let text = unsafe String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        let name = String(text[..<equals])
        if result[name] == nil { result[name] = String(text[text.index(after: equals)...]) }
      }
      unsafe next += 1
    }
    return result
  }
}
