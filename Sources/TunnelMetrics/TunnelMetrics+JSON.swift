import TunnelReport

extension TunnelMetrics {
  /// The same as the page in the older text format, as the JSON that the program prom2json makes of it: a list of families
  /// with name, help, type and metrics, each of these with labels and a value, which is a text.
  public func json(version: String) -> String {
    var families: [String] = []
    var head = ""
    var samples: [String] = []
    func close() {
      if !head.isEmpty { families.append("{\(head),\"metrics\":[\(samples.joined(separator: ","))]}") }
      samples = []
    }
    for line in page(.text, version: version).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 3)
      if line.hasPrefix("# HELP ") {
        close()
        let help = words.count > 3 ? Self.plain(words[3]) : ""
        head = "\"name\":\"\(words[2])\",\"help\":\"\(JSONText.escape(help))\""
      } else if line.hasPrefix("# TYPE ") {
        head += ",\"type\":\"\(words[3].uppercased())\""
      } else {
        samples.append(Self.sample(line))
      }
    }
    close()
    return "[\(families.joined(separator: ","))]"
  }

  /// A line `name{label="value",…} number` as an object.
  private static func sample(_ line: Substring) -> String {
    var labels: [String] = []
    var rest = line.unicodeScalars.drop { $0 != "{" && $0 != " " }
    while let first = rest.first, first == "{" || first == "," {
      rest = rest.dropFirst()
      let name = rest.prefix { $0 != "=" }
      rest = rest.dropFirst(name.count + 2)
      var value = Substring.UnicodeScalarView()
      while let scalar = rest.popFirst(), scalar != "\"" {
        value.append(scalar)
        if scalar == "\\", let escaped = rest.popFirst() { value.append(escaped) }
      }
      labels.append("\"\(Substring(name))\":\"\(JSONText.escape(plain(Substring(value))))\"")
    }
    let number = line.split(separator: " ").last ?? ""
    return "{\"labels\":{\(labels.joined(separator: ","))},\"value\":\"\(number)\"}"
  }

  /// A text without the escapes that pages of metrics have.
  private static func plain(_ text: Substring) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let escaped = rest.popFirst() else {
        result.append(scalar)
        continue
      }
      result.append(escaped == "n" ? "\n" : escaped)
    }
    return String(result)
  }
}
