import Testing

extension Interop {
  /// needletail.sys itself, in the emulated kernel, with a TUN device for its protocol stack.
  @Suite struct DriverTests {
    /// Bytes each way. The emulated guest is slow.
    private static func byteCount(_ far: Far) -> Int { (far == .kernel ? 10 : 64) << 20 }

    /// Prints what `make demo-driver` shows.
    @Test(arguments: Far.allCases)
    func `a file goes through the driver to each peer and back unchanged`(far: Far) async throws {
      try #require(
        Executable.find(Program.driver.path) != nil, "\(Program.driver.path) is not there: make driver emulation")
      var scenario = Scenario(far)
      scenario.nearProgram = .driver
      try await Pair.with(scenario, turn: .heavy) { pair in
        try await pair.establish()
        let byteCount = DriverTests.byteCount(far)
        let isSame = [
          try await pair.carryFile(from: pair.near, to: pair.far, byteCount: byteCount),
          try await pair.carryFile(from: pair.far, to: pair.near, byteCount: byteCount),
        ]
        let verdict = isSame == [true, true] ? "match" : "MISMATCH"
        print("peer=\(far.name) bytes=\(2 * byteCount) sha256=\(verdict)")
        #expect(isSame == [true, true])
      }
    }

    /// Long packets that Linux's stack leaves to the driver whole, with their checksums open.
    @Test func `what the stack leaves to the driver is cut and summed by it`() async throws {
      var scenario = Scenario(.wireguardGo)
      scenario.nearProgram = .driver
      scenario.nearVariables = ["NT_OFFLOADS": "on"]
      try await Pair.with(scenario, turn: .heavy) { pair in
        try await pair.establish()
        for size in [28, 43, 1420] { #expect(try await pair.near.ping(pair.far, .v4, size: size) == 1) }
        for inner in Family.allCases {
          async let there: Void = pair.stream(
            from: pair.near, to: pair.far, inner, bytes: 16 << 20, within: .seconds(120))
          async let back: Void = pair.stream(
            from: pair.far, to: pair.near, inner, bytes: 4 << 20, within: .seconds(120))
          _ = try await (there, back)
        }
        #expect(pair.near.engine.journal.contains("the driver cuts TCP"))
      }
    }
  }
}

extension Far {
  var name: String {
    switch self {
    case .needletaild: "needletaild"
    case .wireguardGo: "wireguard-go"
    case .kernel: "linux-kernel"
    }
  }
}

extension Pair {
  /// Sends random bytes over TCP inside the tunnel, with stock tools; whether both ends have the same SHA-256.
  fileprivate func carryFile(from sender: TunnelEnd, to receiver: TunnelEnd, byteCount: Int) async throws -> Bool {
    let file = "/tmp/interop-\(Laboratory.process)-file\(Laboratory.number())"
    let address = receiver.inner.v4
    // The tool ends with its input, so it gets one that does not end.
    async let received = receiver.site.script(
      """
      trap 'rm -f \(file).in' EXIT
      mkfifo \(file).in
      exec 3<> \(file).in
      busybox nc -l -p 7000 <&3 | sha256sum
      """, within: .seconds(240))
    try await eventually("the receiver listens", within: .seconds(20), every: .milliseconds(50)) {
      try await receiver.site.script("busybox netstat -ltn").contains(":7000 ")
    }
    let sent = try await sender.site.script(
      """
      trap 'rm -f \(file)' EXIT
      head -c \(byteCount) /dev/urandom > \(file)
      [ "$(wc -c < \(file))" -eq \(byteCount) ]
      sha256sum < \(file)
      busybox nc \(address) 7000 < \(file)
      """, within: .seconds(240))
    let digest = sent.trimmed
    return try await received.trimmed == digest && digest.prefix { $0 != " " }.count == 64
  }
}
