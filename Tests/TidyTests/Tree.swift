import Foundation

/// One file of the repository as the rules see it.
struct TreeFile: Sendable {
  /// The path below the root of the repository, with slashes.
  let path: String
  /// The text, line by line.
  let lines: [String]

  init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The target the file belongs to, when it lies in Sources or is Swift of the driver.
  var target: String? {
    if path.hasPrefix("Driver/Kernel/Shell/") { return "DriverShell" }
    if path.hasPrefix("Driver/Library/Shell/") { return "LibraryShell" }
    if path.hasPrefix("Installer/CustomActions/Shell/") { return "InstallerShell" }
    let parts = path.split(separator: "/")
    return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
  }

  /// Whether the file is a table that people do not read line by line: vectors, goldens, found inputs.
  var isData: Bool {
    let folders = Set(path.split(separator: "/").dropLast())
    return !folders.isDisjoint(with: ["Vectors", "Goldens", "Corpus", "Failures"])
  }
}

/// What a rule has against a line.
struct Finding: CustomStringConvertible, Equatable {
  let path: String
  let line: Int
  let complaint: String

  /// A finding at the line with this index, counted from 0.
  init(_ file: TreeFile, at index: Int, _ complaint: String) {
    path = file.path
    line = index + 1
    self.complaint = complaint
  }

  var description: String { "\(path):\(line): \(complaint)" }
}

/// The files of this repository.
enum Tree {
  static let root: String = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }()

  /// Every text file but the data files.
  static let files: [TreeFile] = paths.compactMap { path in
    guard let text = try? String(contentsOfFile: root + "/" + path, encoding: .utf8) else { return nil }
    let file = TreeFile(path: path, text: text)
    return file.isData ? nil : file
  }

  /// The Swift files.
  static let swift = files.filter { $0.path.hasSuffix(".swift") }

  /// The Swift files under Sources, Driver and Installer: what ships.
  static let shipping = swift.filter { file in
    ["Sources/", "Driver/", "Installer/"].contains { file.path.hasPrefix($0) }
  }

  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + "/" + path) }

  /// Paths below the root, build products and hidden folders but `.ci` left out.
  private static let paths: [String] = {
    var found: [String] = []
    func walk(_ folder: String) {
      let place = URL(fileURLWithPath: root + "/" + folder)
      let keys: [URLResourceKey] = [.isDirectoryKey]
      let urls = (try? FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: keys)) ?? []
      for url in urls.sorted(by: { $0.path < $1.path }) {
        let name = url.lastPathComponent
        let path = folder.isEmpty ? name : folder + "/" + name
        if (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true {
          if (name.hasPrefix(".") && name != ".ci") || path == "build" { continue }
          walk(path)
        } else if !name.hasSuffix(".o") && name != "Package.resolved" && name != ".git" {
          found.append(path)
        }
      }
    }
    walk("")
    return found
  }()
}
