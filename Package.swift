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
  .enableExperimentalFeature("AddressableParameters"),
]

/// Cryptography and routing are optimised in debug builds too: without it a packet costs hundreds of times more, and
/// the tests of large tables take minutes.
let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// A module of the platform-neutral core: compiled by SwiftPM here and as Embedded Swift for the kernel.
func core(_ name: String, _ dependencies: [Target.Dependency], settings: [SwiftSetting] = strict) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of one module, named after it.
func tests(
  _ module: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = [],
  settings: [SwiftSetting] = strict
) -> Target {
  .testTarget(
    name: module + "Tests", dependencies: [.init(stringLiteral: module)] + dependencies,
    resources: resources, swiftSettings: settings)
}

/// The cipher passes of Cryptography compiled once more for particular vector instructions; chosen at run time.
func vectorKernel(_ name: String, _ clangFlags: [String]) -> Target {
  .target(
    name: name, dependencies: ["Octets", "COctets"],
    swiftSettings: optimised + [.unsafeFlags(clangFlags.flatMap { ["-Xcc", $0] })])
}

#if arch(x86_64)
let vectorKernels = [
  vectorKernel("CryptographySSSE3", ["-mssse3"]),
  vectorKernel("CryptographyAVX2", ["-mavx2", "-mbmi2"]),
  vectorKernel(
    "CryptographyAVX512",
    ["-mavx2", "-mbmi2", "-mavx512f", "-mavx512dq", "-mavx512ifma", "-mavx512bw", "-mavx512vl"]),
]
#else
let vectorKernels: [Target] = []
#endif

/// A product that only builds with the trait HTTP see.
func web(_ product: String, _ package: String) -> Target.Dependency {
  .product(name: product, package: package, condition: .when(traits: ["HTTP"]))
}

let package = Package(
  name: "needletail",
  products: [
    .executable(name: "needletail", targets: ["needletail"]),
    .executable(name: "needletaild", targets: ["needletaild"]),
    .library(name: "Tunnel", targets: ["Tunnel"]),
  ],
  traits: [
    .trait(name: "Checked", description: "Verify every container and machine invariant after each mutation."),
    .trait(name: "FastClock", description: "Run the daemon's clock twenty times as fast, for the soak test alone."),
    .trait(name: "Fuzzing", description: "Let libFuzzer bring the entry point of `fuzz`."),
    .trait(name: "HTTP", description: "Fetch from web servers; without it, repositories are folders only."),
    .default(enabledTraits: ["HTTP"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.5.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.100.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
  ],
  targets: [
    // The core, leaves first.
    .target(name: "COctets"),
    core("Octets", ["COctets"]),
    core("Timeline", ["Octets"]),
    core("Containers", ["Octets", "Timeline"]),
    core(
      "Cryptography", ["Octets", "COctets"] + vectorKernels.map { .init(stringLiteral: $0.name) }, settings: optimised),
    core("Messages", ["Octets"]),
    core("Admission", ["Octets", "Timeline", "Containers", "Cryptography", "Messages"]),
    core("Handshake", ["Octets", "Timeline", "Cryptography", "Messages"], settings: optimised),
    core("Transport", ["Octets", "Timeline", "Containers", "Cryptography", "Messages"]),
    core("Routing", ["Octets", "Containers"], settings: optimised),
    core(
      "Tunnel",
      [
        "Octets", "Timeline", "Containers", "Cryptography", "Messages", "Admission", "Handshake", "Transport",
        "Routing",
      ]),
    core("Segmentation", ["Octets"], settings: optimised),
    core("ControlProtocol", ["COctets", "Octets", "Timeline"]),
    core("ControlRecords", []),
    core(
      "DriverInterface", ["Octets", "Timeline", "Containers", "Routing", "Tunnel", "ControlProtocol", "ControlRecords"]),
    .systemLibrary(name: "CShell", path: "Driver/Kernel/Include/shell"),
    .target(
      name: "DriverShell",
      dependencies: [
        "CShell", "Octets", "Timeline", "Containers", "Cryptography", "Tunnel", "Segmentation", "DriverInterface",
      ],
      path: "Driver/Kernel/Shell", swiftSettings: strict),
    .target(name: "ConfigurationFile", dependencies: ["Octets", "ControlProtocol"], swiftSettings: strict),

    // The adapter library for Windows: what it decides.
    .target(name: "AdapterManagement", swiftSettings: strict),
    // The program for Windows: what it decides.
    .target(
      name: "WindowsTunnel",
      dependencies: [
        "Octets", "Timeline", "Cryptography", "ControlProtocol", "ConfigurationFile", "ControlRecords",
        "RolloutMetadata", "Rollout",
      ],
      swiftSettings: strict),

    // What signed metadata is checked with.
    .target(name: "Signatures", dependencies: ["COctets", "Octets"], swiftSettings: optimised),
    .target(name: "RolloutMetadata", dependencies: ["Octets", "Signatures"], swiftSettings: optimised),

    .target(name: "RolloutStatusPage", dependencies: ["RolloutGate", "RolloutMetadata"], swiftSettings: strict),
    // What tunnels say, what people tell them, and the sockets between.
    .target(
      name: "TunnelReport", dependencies: ["Octets", "ControlProtocol", "Cryptography"], swiftSettings: strict),
    .target(name: "TunnelMetrics", dependencies: ["Octets", "TunnelReport"], swiftSettings: strict),
    .target(
      name: "MetricsServer",
      dependencies: [
        "TunnelMetrics", web("NIOCore", "swift-nio"), web("NIOPosix", "swift-nio"), web("NIOHTTP1", "swift-nio"),
      ],
      swiftSettings: strict),
    .target(name: "ToolInput", dependencies: ["Octets", "ControlProtocol"], swiftSettings: strict),
    .target(
      name: "TunnelNetlink", dependencies: ["Octets", "ControlProtocol", "TunnelReport"], swiftSettings: strict),
    .target(
      name: "TunnelControl", dependencies: ["Octets", "ControlProtocol", "TunnelReport", "TunnelNetlink", "ToolInput"],
      swiftSettings: strict),
    .target(
      name: "TunnelDiagnosis", dependencies: ["Octets", "ControlProtocol", "TunnelReport"], swiftSettings: strict),

    // Packets of a tunnel, into a file.
    .target(name: "PacketCapture", swiftSettings: strict),
    .target(name: "CPacketSocket"),
    .target(name: "CaptureSockets", dependencies: ["PacketCapture", "CPacketSocket"], swiftSettings: strict),

    // Who gets a release, and when.
    .target(name: "RolloutGate", dependencies: ["RolloutMetadata"], swiftSettings: strict),
    .target(name: "Rollout", dependencies: ["Octets", "Signatures", "RolloutMetadata"], swiftSettings: strict),
    .target(
      name: "RolloutPublisher", dependencies: ["Octets", "Signatures", "RolloutMetadata", "CSodium"],
      swiftSettings: strict),
    .target(name: "FleetSimulation", dependencies: ["RolloutGate", "RolloutMetadata"], swiftSettings: optimised),
    // How files come from web servers.
    .target(
      name: "RolloutHTTP",
      dependencies: [
        web("AsyncHTTPClient", "async-http-client"), web("NIOCore", "swift-nio"), web("NIOPosix", "swift-nio"),
        web("NIOHTTP1", "swift-nio"), web("NIOSSL", "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "needletail",
      dependencies: [
        "Octets", "RolloutMetadata", "Rollout", "RolloutGate", "RolloutPublisher", "RolloutClient", "RolloutHTTP",
        "FleetSimulation", "RolloutStatusPage", "ControlProtocol", "Cryptography", "TunnelReport", "ToolInput",
        "TunnelControl", "ConfigurationFile", "TunnelDiagnosis", "PacketCapture", "CaptureSockets", "TunnelMetrics",
        "MetricsServer",
        "TunnelPlan", "TunnelSetup", "SystemPrograms",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // What installs, and takes back.
    .target(name: "Transaction", dependencies: ["Octets", "Cryptography"], swiftSettings: strict),
    .target(name: "SystemPrograms", swiftSettings: strict),
    .target(name: "TransactionFiles", dependencies: ["Transaction", "SystemPrograms"], swiftSettings: strict),
    // What brings tunnels up and down.
    .target(
      name: "TunnelPlan", dependencies: ["Octets", "ConfigurationFile", "Transaction"], swiftSettings: strict),
    .target(
      name: "TunnelSetup",
      dependencies: [
        "Octets", "ControlProtocol", "ConfigurationFile", "TunnelReport", "ToolInput", "TunnelControl", "Transaction",
        "TransactionFiles", "TunnelPlan",
      ],
      swiftSettings: strict),
    .target(
      name: "RolloutClient",
      dependencies: [
        "Octets", "TunnelControl", "RolloutMetadata", "Rollout", "Transaction", "TransactionFiles", "SystemPrograms",
      ],
      swiftSettings: strict),
    .target(name: "WindowsTransaction", dependencies: ["Transaction"], swiftSettings: strict),
    .target(
      name: "DriverPackage", dependencies: ["CSodium", .product(name: "SwiftASN1", package: "swift-asn1")],
      swiftSettings: strict),
    .executableTarget(
      name: "driver-package",
      dependencies: ["DriverPackage", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),

    // The Windows installer: its tables, and the program that writes them.
    .target(name: "WindowsInstaller", swiftSettings: optimised),
    .executableTarget(
      name: "windows-installer",
      dependencies: ["WindowsInstaller", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: strict),

    // Hosts.
    .target(name: "Simulation", dependencies: ["Tunnel", "ControlProtocol", "Cryptography"], swiftSettings: optimised),
    .target(name: "CLinuxTunnel"),
    .target(
      name: "LinuxTunnel",
      dependencies: [
        "Octets", "Containers", "Tunnel", "Segmentation", "ControlProtocol", "Cryptography", "CLinuxTunnel", "CSodium",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .executableTarget(
      name: "needletaild",
      dependencies: [
        "Cryptography", "LinuxTunnel",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    // What tests share.
    .target(
      name: "TestStorage", dependencies: ["Containers"], path: "Tests/TestStorage", swiftSettings: optimised),
    .target(name: "ProtocolVectors", dependencies: ["Octets"], path: "Tests/Vectors/Protocol", swiftSettings: strict),
    .target(
      name: "ControlProtocolTesting", dependencies: ["Octets", "Timeline", "ControlProtocol"],
      path: "Tests/ControlProtocolTesting", swiftSettings: strict),
    .target(name: "PacketTesting", path: "Tests/PacketTesting", swiftSettings: strict),
    .target(name: "DriverInterfaceTesting", path: "Tests/DriverInterfaceTesting", swiftSettings: strict),

    // Tests, in the order of what they test.
    tests("Octets", settings: optimised),
    tests("Timeline", ["Octets"]),
    tests("Containers", ["Octets", "Timeline", "TestStorage"]),
    .target(name: "CStackProbe", path: "Tests/Support/CStackProbe"),
    tests("Cryptography", ["Octets", "CSodium", "CStackProbe"]),
    tests("Messages", ["Octets", "ProtocolVectors"]),
    tests(
      "Admission", ["Octets", "Timeline", "Containers", "Cryptography", "Messages", "ProtocolVectors", "TestStorage"]),
    tests(
      "Handshake",
      ["Octets", "Timeline", "Cryptography", "Messages", "ProtocolVectors", "TestStorage", "CStackProbe"]),
    tests("Transport", ["Octets", "Timeline", "Containers", "Cryptography", "TestStorage"]),
    tests("Routing", ["Octets", "Containers", "TestStorage"], settings: optimised),
    tests("Tunnel", ["Simulation"]),
    tests("Simulation", ["Tunnel"], settings: optimised),
    tests("Segmentation", ["Octets", "PacketTesting"]),
    tests("ControlProtocol", ["Octets", "Timeline", "ControlProtocolTesting"]),
    tests("Signatures", ["Octets", "CSodium"]),
    tests("RolloutMetadata", ["Octets", "CSodium"]),
    tests("Transaction"),
    tests("DriverPackage"),
    tests("WindowsInstaller", ["Rollout", "RolloutMetadata", "WindowsTunnel"]),
    tests("SystemPrograms"),
    tests("TransactionFiles", ["Transaction"]),
    tests("WindowsTransaction", ["Transaction", "WindowsInstaller"]),
    tests("ConfigurationFile", ["Octets", "ControlProtocol", "ControlProtocolTesting"]),
    tests(
      "DriverInterface",
      [
        "ControlRecords", "Octets", "Timeline", "Containers", "Tunnel", "ControlProtocol", "ControlProtocolTesting",
        "TestStorage",
        "Simulation", "DriverInterfaceTesting",
      ]),
    tests(
      "DriverShell",
      ["CShell", "Octets", "Cryptography", "DriverInterface", "DriverInterfaceTesting", "TestStorage", "Simulation"]),
    tests("AdapterManagement"),
    tests(
      "WindowsTunnel", ["Octets", "Timeline", "ControlProtocol", "ConfigurationFile", "DriverInterfaceTesting"]),
    tests("RolloutPublisher", ["RolloutMetadata", "Octets", "needletail"]),
    tests("RolloutGate", ["RolloutMetadata"]),
    tests("RolloutStatusPage", ["RolloutGate", "RolloutMetadata"]),
    tests("FleetSimulation", ["RolloutGate", "RolloutMetadata"], resources: [.copy("Scenarios")]),
    tests("Rollout", ["Octets", "Signatures", "RolloutMetadata", "CSodium"]),
    tests("RolloutHTTP", [web("NIOCore", "swift-nio"), web("NIOPosix", "swift-nio")]),
    tests("RolloutClient", ["Octets", "RolloutMetadata", "Rollout", "TunnelControl"]),
    tests("TunnelReport", ["Octets"]),
    tests("TunnelNetlink", ["Octets", "ControlProtocol", "TunnelReport"]),
    tests("TunnelMetrics", ["Octets", "TunnelReport"]),
    tests("ToolInput", ["Octets", "ControlProtocol"]),
    tests("TunnelDiagnosis", ["Octets", "TunnelReport"]),
    tests("PacketCapture"),
    tests("TunnelPlan", ["ConfigurationFile", "Transaction"]),
    tests("TunnelSetup", ["Octets", "ConfigurationFile", "TunnelPlan", "TunnelReport"]),
    tests("needletail", ["needletaild"]),
    tests("LinuxTunnel", ["Octets", "Containers", "CLinuxTunnel", "needletaild", "PacketTesting"]),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Octets", "Messages", "Admission", "Handshake", "Tunnel", "ControlProtocol", "ConfigurationFile",
        "WindowsTunnel", "TunnelNetlink", "TunnelReport",
        "ControlProtocolTesting", "ProtocolVectors", "TestStorage",
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Run", swiftSettings: strict),
    .testTarget(
      name: "FuzzTests", dependencies: ["FuzzTargets", "Messages", "ProtocolVectors", "TestStorage"],
      path: "Tests/Fuzz/Tests", swiftSettings: strict),
    .testTarget(name: "TidyTests", swiftSettings: strict),

    // Tunnels between namespaces with other implementations at the far end.
    .executableTarget(name: "InteropProbe", path: "Tests/InteropProbe", swiftSettings: optimised),
    .testTarget(
      name: "InteropTests", dependencies: ["InteropProbe"], resources: [.copy("Guest/init")], swiftSettings: strict),

    .executableTarget(
      name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: strict),
    .executableTarget(name: "mutants", path: "Tests/Mutants", swiftSettings: strict),

    // Measurements.
    .target(name: "CMemcheck", path: "Tests/ConstantTime/CMemcheck"),
    .executableTarget(
      name: "check-constant-time", dependencies: ["Cryptography", "Octets", "CMemcheck"],
      path: "Tests/ConstantTime/Check", swiftSettings: strict),
    .systemLibrary(name: "COpenSSL", path: "Tests/Benchmarks/COpenSSL", providers: [.apt(["libssl-dev"])]),
    .executableTarget(
      name: "benchmark-cryptography",
      dependencies: [
        "Cryptography", "Octets", "Timeline", "Messages", "Admission", "Handshake", "CSodium", "COpenSSL",
      ],
      path: "Tests/Benchmarks/Cryptography", swiftSettings: strict),
    .executableTarget(
      name: "benchmark-routing", dependencies: ["Octets", "Containers", "Routing", "TestStorage", "LinuxTunnel"],
      path: "Tests/Benchmarks/Routing", swiftSettings: strict),
    .executableTarget(name: "benchmark-load", path: "Tests/Benchmarks/Load"),
    .executableTarget(
      name: "benchmark-handshakes",
      dependencies: ["Octets", "Timeline", "Cryptography", "Messages", "Admission", "Handshake"],
      path: "Tests/Benchmarks/Handshakes", swiftSettings: strict),
  ] + vectorKernels
)
