/// What one build of an installer is for: everything that its tables say beyond the product's definition.
public struct Build: Equatable, Sendable {
  /// What is installed.
  public let product: Product
  /// On what.
  public let architecture: Architecture
  /// The project's version, four numbers with dots: what images' version resources say.
  public let version: String
  /// Seconds since 1970 of everything in the package that has a time.
  public let time: Int
  /// The bytes of each file of the product, in their order.
  public let contents: [[UInt8]]
  /// The library of custom actions.
  public let actions: [UInt8]
  /// Whether nobody is going to sign the package, which it says of itself then.
  public let isUnsigned: Bool

  /// A build.
  ///
  /// - Throws: when the version is not one, or files are missing or too large for a table.
  public init(
    product: Product, architecture: Architecture, version: String, time: Int, contents: [[UInt8]], actions: [UInt8],
    isUnsigned: Bool
  ) throws(InstallerError) {
    let numbers = version.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    // Source: "ProductVersion property"; the fourth number is ignored there.
    guard numbers.count == 4, zip(numbers, [255, 255, 65535, 65535]).allSatisfy({ (0...$1).contains($0) }) else {
      throw InstallerError("\(version) is not four numbers of at most 255.255.65535.65535")
    }
    guard contents.count == product.files.count, contents.allSatisfy({ $0.count <= 0x7fff_ffff }) else {
      throw InstallerError("each of the \(product.files.count) files has to have bytes, at most 2 GiB of them")
    }
    guard product.files.count <= 32767 else { throw InstallerError("more files than a cabinet may have") }
    self.product = product
    self.architecture = architecture
    self.version = version
    self.time = time
    self.contents = contents
    self.actions = actions
    self.isUnsigned = isUnsigned
  }

  /// The version as Windows Installer compares it: three numbers.
  public var productVersion: String { version.split(separator: ".").prefix(3).joined(separator: ".") }

  /// The name of the package's file.
  public var fileName: String {
    "\(product.name.lowercased())-\(productVersion)-\(architecture.rawValue)\(isUnsigned ? "-unsigned" : "").msi"
  }
}

extension Build {
  /// The names of the packed files in the cabinet, in their order: the keys of the table File.
  public var packed: [String] { product.files.map { Names.identifier($0.path) } }
}

/// When our actions run.
enum Conditions {
  /// A product is installed or repaired.
  static let installs = "REMOVE<>\"ALL\""
  /// It is removed for good: what another version takes over, stays. Windows says so by the first of the properties; Wine
  /// does not, and what the other version has written down says it too.
  static let removes = "REMOVE=\"ALL\" AND NOT (\(replaced))"
  /// Either of them.
  static let either = "REMOVE<>\"ALL\" OR NOT (\(replaced))"
  /// Either, where nothing is taken back.
  static let withoutRollback = "RollbackDisabled AND (\(either))"
  private static let replaced = "UPGRADINGPRODUCTCODE OR INSTALLEDVERSION AND INSTALLEDVERSION <> ProductVersion"
}

/// Names in tables.
enum Names {
  static let feature = "Product"
  static let folder = "InstallFolder"
  static let menu = "MenuFolder"
  static let cabinet = "product.cab"
  /// The property that says that a rollback was found. No capitals alone: no command line says so instead.
  static let goesBack = "GoesBack"
  /// Where the product keeps its own values, below HKEY_LOCAL_MACHINE.
  static func key(_ product: Product) -> String { "SOFTWARE\\\(product.name)" }

  /// A path as an identifier: letters, digits, "_" and "." (a "/" between names).
  static func identifier(_ path: String) -> String {
    let letters = path.map { character -> Character in
      if character == "/" || character == "\\" { return "." }
      return character.isASCII && (character.isLetter || character.isNumber || character == ".") ? character : "_"
    }
    return letters.first?.isLetter == true ? String(letters) : "_" + String(letters)
  }

  /// The folder of a file, as an identifier: the product's own, or one below it.
  static func folder(of path: String) -> String {
    let parts = path.split(separator: "/")
    return parts.count == 1 ? folder : folder + "." + identifier(parts.dropLast().joined(separator: "/"))
  }

  /// A name with a short one before it, if it takes one: eight letters that follow from the path.
  static func short(_ name: String, path: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isShort =
      parts.count <= 2 && (1...8).contains(parts[0].count) && (parts.count == 1 || (1...3).contains(parts[1].count))
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "-") }
    if isShort { return name }
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz012345")
    let letters = SHA1.hash(Array(path.lowercased().utf8)).prefix(8).map { alphabet[Int($0 & 31)] }
    let suffix = parts.count > 1 ? "." + parts.last!.prefix(3) : ""
    return String(letters) + suffix + "|" + name
  }
}
