// swift-tools-version: 6.3
import PackageDescription

/// The one set of compiler settings: every Swift target of this package uses it.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableExperimentalFeature("Lifetimes"),
]

/// Cryptography is optimised in debug builds too: without it a packet costs hundreds of times more.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A module of the platform-neutral core: compiled by SwiftPM here and as Embedded Swift for the kernel.
func core(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one module, named after it.
func tests(_ module: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: module + "Tests", dependencies: [.init(stringLiteral: module)] + dependencies,
    resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "needletail",
  products: [
    .executable(name: "needletaild", targets: ["needletaild"]),
    .library(name: "Tunnel", targets: ["Tunnel"]),
  ],
  traits: [
    .trait(name: "Checked", description: "Verify every container and machine invariant after each mutation."),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    // The core, leaves first.
    .target(name: "COctets"),
    core("Octets", ["COctets"]),
    core("Timeline", ["Octets"]),
    core("Containers", ["Octets", "Timeline"]),
    core("Cryptography", ["Octets", "COctets"], settings: optimised),
    core("Messages", ["Octets"]),
    core("Admission", ["Octets", "Timeline", "Containers", "Cryptography", "Messages"]),
    core("Handshake", ["Octets", "Timeline", "Cryptography", "Messages"]),
    core("Transport", ["Octets", "Timeline", "Containers", "Cryptography", "Messages"]),
    core("Routing", ["Octets", "Containers"]),
    core(
      "Tunnel",
      [
        "Octets", "Timeline", "Containers", "Cryptography", "Messages", "Admission", "Handshake", "Transport",
        "Routing",
      ]),
    core("Configuration", ["Tunnel"]),
    .target(name: "ConfigurationFile", dependencies: ["Tunnel", "Configuration"], swiftSettings: strict),
    // What tests of the core share.
    .target(
      name: "TestStorage", dependencies: ["Containers"], path: "Tests/TestStorage", swiftSettings: optimised),
    tests("Octets"),
    tests("Transport", ["Octets", "Timeline", "Containers", "Cryptography", "TestStorage"]),
    tests("Tunnel", ["Simulation"]),
    tests("Timeline", ["Octets"]),
    tests("Containers", ["Octets", "Timeline", "TestStorage"]),
    // Hosts.
    .target(name: "Simulation", dependencies: ["Tunnel", "Configuration", "Cryptography"], swiftSettings: optimised),
    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: strict),
    .executableTarget(name: "mutants", path: "Tests/Mutants", swiftSettings: strict),
    .target(name: "CLinuxTunnel"),
    .target(
      name: "LinuxTunnel",
      dependencies: [
        "Tunnel", "Configuration", "Cryptography", "CLinuxTunnel", "CSodium",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .executableTarget(
      name: "needletaild",
      dependencies: [
        "LinuxTunnel",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // The house rules.
    .testTarget(name: "TidyTests", swiftSettings: strict),
    // Vectors that several test targets share.
    .target(name: "ProtocolVectors", dependencies: ["Octets"], path: "Tests/Vectors/Protocol", swiftSettings: strict),
    tests("Messages", ["Octets", "ProtocolVectors"]),
    tests("Admission", ["Octets", "Timeline", "Containers", "Cryptography", "Messages", "ProtocolVectors"]),
    tests("Handshake", ["Octets", "Timeline", "Cryptography", "Messages", "ProtocolVectors"]),
    // Tests.
    tests("Cryptography", ["Octets", "CSodium"]),
  ]
)
