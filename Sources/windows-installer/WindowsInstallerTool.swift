internal import ArgumentParser
internal import Foundation
internal import WindowsInstaller

/// Makes what Windows Installer packages are made of.
@main
struct WindowsInstallerTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "windows-installer", abstract: "Makes what Windows Installer packages are made of.",
    subcommands: [Tables.self, Name.self, Policies.self, Winget.self])
}

/// What every command takes.
private struct Options: ParsableArguments {
  @Option(help: "The product's definition.") var product: String
  @Option(help: "The processor: x64 or arm64.") var architecture: String
  @Option(name: .customLong("product-version"), help: "The version, as 1.2.3.4.") var version: String
  @Flag(help: "Say in the package that nobody signs it.") var unsigned = false

  func definition() throws -> (Product, Architecture) {
    guard let architecture = Architecture(rawValue: architecture) else {
      throw ValidationError("\(architecture) is neither x64 nor arm64")
    }
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: product)))
    do throws(InstallerError) { return (try Product(json: bytes), architecture) } catch {
      throw ValidationError("\(product): \(error)")
    }
  }
}

private struct Name: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Prints the name of the package's file.")

  @OptionGroup var options: Options

  func run() throws {
    let (product, architecture) = try options.definition()
    let build = try Build(
      product: product, architecture: architecture, version: options.version, time: 0,
      contents: product.files.map { _ in [] }, actions: [], isUnsigned: options.unsigned)
    print(build.fileName)
  }
}

private struct Tables: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the tables as files that msibuild reads, and the files to pack under their keys.",
    discussion: """
      In the folder OUTPUT: one .idt a table, "Binary" with what tables hold as bytes, "cabinet" with every file under
      the name that the table File has for it, and "files" with these names in their order. Tables that break a rule are
      not written.
      """)

  @OptionGroup var options: Options
  @Option(help: "The time in the package, in seconds since 1970.") var time: Int
  @Option(help: "Folders that files lie in, as NAME=PATH.") var folder: [String]
  @Option(help: "The library of custom actions.") var actions: String
  @Option(help: "Where all of it goes; the folder is made.") var output: String

  func run() throws {
    let (product, architecture) = try options.definition()
    let contents = try product.files.map { try read($0) }
    let library = try Data(contentsOf: URL(fileURLWithPath: actions))
    let build = try Build(
      product: product, architecture: architecture, version: options.version, time: time,
      contents: contents.map { Array($0) }, actions: Array(library), isUnsigned: options.unsigned)
    let database = build.database()
    let findings = Rules.findings(in: database, of: build)
    for finding in findings { print(finding) }
    if !findings.isEmpty { throw ExitCode.failure }
    try write(database, library)
    for (file, bytes) in zip(build.packed, contents) { try put(bytes, "cabinet/" + file) }
    try put(Data(build.packed.joined(separator: "\n").appending("\n").utf8), "files")
  }

  private func write(_ database: Database, _ library: Data) throws {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(secondsFromGMT: 0)
    format.dateFormat = "yyyy/MM/dd HH:mm:ss"
    let date = format.string(from: Date(timeIntervalSince1970: TimeInterval(time)))
    for (name, text) in try database.texts(dateText: date) { try put(Data(text.utf8), name) }
    try put(library, "Binary/CustomActions.dll")
  }

  private func read(_ file: Product.File) throws -> Data {
    let parts = file.source.split(separator: "/", maxSplits: 1)
    let place = folder.first { $0.hasPrefix(parts[0] + "=") }
    guard parts.count == 2, let place else {
      throw ValidationError("\(file.source), the source of \(file.path), lies in no folder that --folder names")
    }
    return try Data(contentsOf: URL(fileURLWithPath: place.dropFirst(parts[0].count + 1) + "/" + parts[1]))
  }

  private func put(_ bytes: Data, _ name: String) throws {
    let place = URL(fileURLWithPath: output).appendingPathComponent(name)
    try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: place)
  }
}

private struct Policies: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes the template of group policies, its texts, and the defaults for the registry's editor.")

  @Option(help: "The schema of policies.") var schema: String
  @Option(help: "The folder that they go to; it is made.") var output: String

  func run() throws {
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: schema)))
    let policies: PolicySchema
    do throws(InstallerError) { policies = try PolicySchema(json: bytes) } catch {
      throw ValidationError("\(schema): \(error)")
    }
    for (path, text) in policies.files { try write(text, to: output + "/" + path) }
  }
}

private struct Winget: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what the Windows Package Manager is told of a release.",
    discussion: "Each PACKAGE is ARCHITECTURE=ADDRESS=SHA256.")

  @Option(help: "The product's definition.") var product: String
  @Option(name: .customLong("product-version"), help: "The version, as 1.2.3.") var version: String
  @Option(help: "The folder that they go to; it is made.") var output: String
  @Argument(help: "The packages.") var packages: [String]

  func run() throws {
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: product)))
    do throws(InstallerError) {
      var found: [WingetManifest.Package] = []
      for package in packages {
        // An address may have a "=" in it.
        let parts = package.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count >= 3, let architecture = Architecture(rawValue: String(parts[0])) else {
          throw InstallerError("“\(package)” is not x64 or arm64, an address and a SHA-256")
        }
        found.append(
          try WingetManifest.Package(
            architecture: architecture, url: parts[1..<parts.count - 1].joined(separator: "="),
            sha256: String(parts.last!)))
      }
      let manifest = try WingetManifest(product: Product(json: bytes), version: version, packages: found)
      for (name, text) in manifest.files { try InstallerError.from { try write(text, to: output + "/" + name) } }
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension InstallerError {
  /// Says in this type why something else has failed.
  static func from(_ body: () throws -> Void) throws(InstallerError) {
    do { try body() } catch { throw InstallerError("\(error)") }
  }
}

private func write(_ text: String, to path: String) throws {
  let place = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(text.utf8).write(to: place)
}
