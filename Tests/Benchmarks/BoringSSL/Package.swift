// swift-tools-version: 6.3
import PackageDescription

// BoringSSL as a library that `benchmark-cryptography` loads: swift-crypto carries it and links it into what uses it. A
// package of its own, because it takes minutes to compile and nothing else here needs it.
//
//   swift build -c release --package-path Tests/Benchmarks/BoringSSL --scratch-path .build/boringssl
//   benchmark-cryptography --boringssl .build/boringssl/release/libBoringSSL.so
let package = Package(
  name: "boringssl",
  products: [.library(name: "BoringSSL", type: .dynamic, targets: ["BoringSSL"])],
  dependencies: [.package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")],
  targets: [.target(name: "BoringSSL", dependencies: [.product(name: "Crypto", package: "swift-crypto")])]
)
