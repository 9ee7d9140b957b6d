import DriverInterfaceTesting
import TestStorage
import Testing

@testable import DriverInterface

/// All or nothing, whatever memory is refused.
struct AtomicityTests {
  /// A request that uses everything: it replaces, creates, removes, moves and comes back.
  static func change(replacing: Bool, port: UInt16?) -> [UInt8] {
    var peers = (0..<60).map { number in
      Request.Peer(
        UInt8(100 + number), flags: 0x21,
        (0..<7).map { .v4(10, UInt8(number), UInt8($0), 0, 24) } + [.v6(0x30, UInt8(number), 16)])
    }
    peers.append(.init(0x10, flags: 0x41))
    peers.append(.init(0x10, (0..<40).map { .v4(10, UInt8($0), 0, 1, 24) }))
    peers.append(
      .init(0x31, flags: 0x21, [.v4(10, 0, 0, 0, 24), .v4(10, 0, 0, 0, 24, flags: 1), .v4(10, 0, 0, 0, 24)]))
    var request = Request(flags: (replacing ? 8 : 0) | (port == nil ? 0 : 4) | 2, port: port ?? 0, peers: peers)
    request.privateKey = [UInt8](repeating: 0x44, count: 32)
    return request.bytes
  }

  /// The configuration there is, in place of itself: between removal and return nothing may need memory.
  static func sameAgain() -> [UInt8] {
    var host = GetTests.configured()
    var bytes = host.configuration()
    bytes[0] |= 8
    return bytes
  }

  static let changes = [
    change(replacing: false, port: nil), change(replacing: true, port: nil), change(replacing: false, port: 7),
    change(replacing: true, port: 7), sameAgain(),
  ]

  @Test(arguments: changes.indices)
  func `a refusal at any request for memory changes nothing`(_ number: Int) {
    let change = Self.changes[number]
    var reference = GetTests.configured()
    #expect(reference.up() == .success && reference.set(change).status == .success)
    let after = reference.configuration()
    var refused = 0
    while true {
      var host = GetTests.configured()
      #expect(host.up() == .success)
      let before = host.configuration()
      host.memory.restartCounting()
      let first = refused
      host.memory.refuses = { $0 >= first }
      let completion = host.set(change)
      host.memory.refuses = { _ in false }
      if completion.status == .success {
        #expect(host.memory.takeCount <= refused, "a refused request for memory went unnoticed")
        #expect(host.configuration() == after)
        break
      }
      #expect(completion == Completion(.insufficientResources))
      #expect(host.configuration() == before && host.port == 51820 && host.boundPort == 51820)
      #expect(host.contradiction == nil)
      #expect(host.set(change).status == .success, "and then it works: \(refused)")
      #expect(host.configuration() == after)
      refused += 1
    }
    #expect(refused > (change == Self.changes.last ? 0 : 10))
  }

  @Test func `a port that is taken refuses the whole request`() {
    var host = GetTests.configured()
    #expect(host.up() == .success)
    let before = host.configuration()
    host.takenPorts = [7]
    #expect(host.set(Self.change(replacing: true, port: 7)) == Completion(.addressAlreadyExists))
    #expect(host.configuration() == before && host.boundPort == 51820)
    #expect(host.contradiction == nil)
  }

  @Test func `nothing leaks`() {
    let memory: TestStorage
    do {
      var host = GetTests.configured()
      memory = host.memory
      for replacing in [true, false] {
        #expect(host.set(Self.change(replacing: replacing, port: 9)).status == .success)
      }
      #expect(host.set(Request(flags: 8).bytes).status == .success)
      #expect(host.configuration().count == 80)
    }
    #expect(memory.blockCount == 0 && memory.faultCount == 0)
  }
}
