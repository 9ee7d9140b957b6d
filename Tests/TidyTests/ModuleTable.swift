import Foundation

/// The table `Sources/Modules`: what kind of module each target is and what it may import.
struct ModuleTable {
  enum Kind: String {
    case c, core, vector, library, host, program
  }

  struct Row {
    let name: String
    let kind: Kind
    let imports: [String]
  }

  /// The rows in the order of the file.
  let rows: [Row]

  /// Parses the table; nil when a row is not one.
  init?(_ text: String) {
    var rows: [Row] = []
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count >= 2, let kind = Kind(rawValue: fields[1]) else { return nil }
      rows.append(Row(name: fields[0], kind: kind, imports: Array(fields.dropFirst(2))))
    }
    self.rows = rows
  }

  /// The row of a target.
  subscript(_ name: String) -> Row? { rows.first { $0.name == name } }

  /// The names of the core modules, vector variants included.
  var core: Set<String> { Set(rows.filter { $0.kind == .core || $0.kind == .vector }.map(\.name)) }

  /// What is wrong with the table itself: the arrows of the architecture.
  var faults: [String] {
    var faults: [String] = []
    var above: [String: Kind] = [:]
    let siblings: Set = ["Admission", "Handshake", "Transport", "Routing"]
    let forHosts: Set = [
      "Octets", "Timeline", "Containers", "Tunnel", "Segmentation", "ControlProtocol", "DriverInterface",
      "Cryptography",
    ]
    // What any host may stand on: it knows nothing of tunnels.
    let system: Set = ["SystemPrograms"]
    for row in rows {
      if above[row.name] != nil { faults.append("\(row.name) has two rows") }
      for name in row.imports {
        let kind = above[name]
        if kind == nil && rows.contains(where: { $0.name == name }) {
          faults.append("\(row.name) stands above \(name), which it imports")
        }
        switch row.kind {
        case .c: faults.append("\(row.name) is C and imports \(name)")
        case .core where kind != .core && kind != .vector && kind != .c,
          .vector where kind != .core && kind != .c:
          faults.append("\(row.name) is core and imports \(name)")
        case .host where (kind == .host && !system.contains(name)) || kind == .program:
          faults.append("the host \(row.name) imports \(name)")
        case .host, .program:
          if kind == .core && !forHosts.contains(name) { faults.append("\(row.name) reaches into the core: \(name)") }
        default: break
        }
        if siblings.contains(row.name) && siblings.contains(name) {
          faults.append("\(row.name) and \(name) meet only in Tunnel")
        }
      }
      above[row.name] = row.kind
    }
    return faults
  }

  /// The table of this repository.
  static let project: ModuleTable? = (try? String(contentsOfFile: Tree.root + "/Sources/Modules", encoding: .utf8))
    .flatMap { ModuleTable($0) }
}
