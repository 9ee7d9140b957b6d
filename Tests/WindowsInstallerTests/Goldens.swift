import Foundation

@testable import WindowsInstaller

/// What is compared, and what tests build with.
enum Goldens {
  /// For x64 and ARM64. Another one would make two products of one: the older would never be removed.
  static let upgradeCodes = ["{F052DE48-CEFA-5DDB-A8C1-610DCED31477}", "{347D7D98-3ECC-5641-8B4B-C05179580BF4}"]

  /// The repository.
  static let root: URL = {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url
  }()

  /// A golden file.
  static func text(_ name: String) throws -> String {
    try String(
      decoding: Data(contentsOf: root.appendingPathComponent("Tests/Goldens/WindowsInstaller/" + name)), as: UTF8.self)
  }

  static func product() throws -> Product {
    try Product(json: Array(Data(contentsOf: root.appendingPathComponent("Installer/product.json"))))
  }

  /// A product that has one of everything.
  static func everything() throws -> Product {
    var product = try product()
    product.shortcuts.append(
      Product.Shortcut(
        name: "Licence", file: "Licence.txt", arguments: "", description: "Who may do what with it", isPrompt: false))
    product.services += [
      Product.Service(
        name: "NeedletailManager", displayName: "Needletail", description: "Runs tunnels", file: "needletail.exe",
        arguments: "service", isAutomatic: true, dependencies: ["Nsi", "TcpIp"])
    ]
    product.registry = [
      Product.RegistryValue(key: "SOFTWARE\\Needletail", name: "Number", number: 3, text: nil),
      Product.RegistryValue(key: "SOFTWARE\\Needletail", name: "Text", number: nil, text: "#x"),
    ]
    return product
  }

  static func build(_ product: Product, version: String = "0.1.0.0", isUnsigned: Bool = false) throws -> Build {
    try Build(
      product: product, architecture: .x64, version: version, time: 1_795_824_000,
      contents: product.files.map { Array($0.path.utf8) }, actions: [0], isUnsigned: isUnsigned)
  }
}
