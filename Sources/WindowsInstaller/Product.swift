internal import Foundation

/// What an installer installs: the one definition (`Installer/product.json`) of which its tables are made.
///
/// It checks names against each other; whether files exist is for `ProductFile.read`, whether tables hold what Windows
/// Installer asks of them for `Rules`.
public struct Product: Equatable, Sendable, Codable {
  /// The name in the list of programs and of the folder below Program Files.
  public var name: String
  /// Who makes it, in the list of programs.
  public var manufacturer: String
  /// The files, in the order in which they are packed.
  public var files: [File]
  /// Entries of the start menu.
  public var shortcuts: [Shortcut]
  /// Services that run its programs.
  public var services: [Service]
  /// Sources of the Application log.
  public var eventSources: [EventSource]
  /// Values below HKEY_LOCAL_MACHINE. What an administrator's policy says instead is not among them.
  public var registry: [RegistryValue]
  /// The INF among the files whose driver is put into the driver store.
  public var driver: String
  /// The program among the files that services of its own making run: they stop while it is replaced, and go with it.
  public var program: String

  /// A file.
  public struct File: Equatable, Sendable, Codable {
    /// Where it goes, below the product's folder, with "/" between names.
    public var path: String
    /// Where it lies when the installer is built, below one of the folders of the build.
    public var source: String
    /// Whether it is an image whose version resource says the product's version.
    public var isVersioned: Bool
  }

  /// An entry of the start menu, in a folder with the product's name.
  public struct Shortcut: Equatable, Sendable, Codable {
    /// What it is called.
    public var name: String
    /// The path of the file that it opens.
    public var file: String
    /// Arguments of the program.
    public var arguments: String
    /// What people see when they point to it.
    public var description: String
    /// Whether it opens a prompt, in which the program runs first.
    public var isPrompt: Bool
  }

  /// A source of the Application log.
  public struct EventSource: Equatable, Sendable, Codable {
    /// Its name.
    public var name: String
    /// The path of the file among the files that has the texts of its events.
    public var file: String
  }

  /// A service of a program; drivers are no such services.
  public struct Service: Equatable, Sendable, Codable {
    /// The name that the system knows it by.
    public var name: String
    /// The name that people see.
    public var displayName: String
    /// What it does, for people.
    public var description: String
    /// The path of its program among the files.
    public var file: String
    /// Arguments of the program.
    public var arguments: String
    /// Whether the system starts it, or somebody who wants it.
    public var isAutomatic: Bool
    /// Names of services that have to run before.
    public var dependencies: [String]
  }

  /// A value of the registry.
  public struct RegistryValue: Equatable, Sendable, Codable {
    /// The key, below HKEY_LOCAL_MACHINE.
    public var key: String
    /// The value's name; empty for the key's own value.
    public var name: String
    /// The number, when it is no text.
    public var number: Int?
    /// The text, when it is no number.
    public var text: String?
  }

  /// Reads a definition.
  ///
  /// - Throws: what is wrong with it, and where.
  public init(json: [UInt8]) throws(InstallerError) {
    do {
      self = try JSONDecoder().decode(Product.self, from: Data(json))
    } catch {
      throw InstallerError("the product's definition cannot be read: \(error)")
    }
    try check()
  }

  /// Refuses a definition that contradicts itself.
  func check() throws(InstallerError) {
    let paths = files.map { $0.path.lowercased() }
    for (place, path) in paths.enumerated() {
      guard paths.firstIndex(of: path) == place else { throw InstallerError("two files go to \(files[place].path)") }
      for part in path.split(separator: "/", omittingEmptySubsequences: false) {
        let isName = !part.isEmpty && part != "." && part != ".." && !part.contains(where: Self.isForbidden)
        guard isName else { throw InstallerError("\(files[place].path) is not a path of names below a folder") }
      }
    }
    try check(shortcuts.map(\.file), of: "a shortcut")
    try check(services.map(\.file), of: "a service")
    try check(eventSources.map(\.file), of: "a source of events")
    try check([driver], of: "the driver")
    try check([program], of: "the services of tunnels")
    for value in registry where (value.number == nil) == (value.text == nil) {
      throw InstallerError("\(value.key) \(value.name) has to be a number or a text")
    }
  }

  private func check(_ used: [String], of whom: String) throws(InstallerError) {
    for path in used where !files.contains(where: { $0.path == path }) {
      throw InstallerError("\(path), the file of \(whom), is not among the files")
    }
  }

  /// What no name of a file has.
  private static func isForbidden(_ character: Character) -> Bool {
    "\\/:*?\"<>|".contains(character) || character.asciiValue.map { $0 < 0x20 } ?? true
  }
}
