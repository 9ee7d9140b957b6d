import CShell
import DriverInterface
import DriverInterfaceTesting
import Testing

/// The ioctls as the glue passes them on.
struct RequestTests {
  @Test func `GET and SET speak of the same configuration`() {
    let driver = TestDriver(seed: 1)!
    let peer = Request.Peer(5, flags: 1, [.v4(10, 1, 0, 0, 16), .v6(0xfd, 1, 64)])
    let request = Request(flags: 2 | 4, port: 1234, privateKey: [UInt8](repeating: 9, count: 32), peers: [peer])
    let bytes = request.bytes
    let set = driver.set(bytes)
    #expect(set.status == 0 && set.information == UInt64(bytes.count))
    let size = driver.get(0)
    #expect(size.status == Status.bufferOverflow.rawValue && size.information == UInt64(bytes.count))
    let whole = driver.get(bytes.count)
    #expect(whole.status == 0 && number(whole.bytes, at: 4, count: 2) == 1234)
    #expect(driver.set([]).status == Status.invalidParameter.rawValue)
    #expect(driver.set(Array(bytes.dropLast())).information == 0)
    driver.end()
    #expect(driver.faults == [] && driver.blockCount == 0)
  }

  @Test func `an OBSERVE counts what the wire has lost`() {
    let pair = TunnelPair(seed: 7)
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
    pair.run()
    for _ in 0..<20 { pair.left.send(TunnelPair.packet(fromLeft: true, count: 64)) }
    var sent = 0
    pair.run { datagram in
      guard datagram.bytes.count == 96 else { return true }
      sent += 1
      return sent % 5 != 0 || sent == 20
    }
    #expect(sent == 20)
    let total = 64 + 26 * 32 + 144
    let (status, information, bytes) = pair.right.observe(total)
    #expect(status == 0 && information == UInt64(total) && number(bytes, at: 0, count: 4) == 1)
    let peer = total - 144
    #expect(number(bytes, at: peer + 88, count: 8) == 21 && number(bytes, at: peer + 96, count: 8) == 18)
    // A session, whose beginning was at the peer, and no refusal.
    #expect(number(bytes, at: peer + 32, count: 4) & 0x1ff & ~0x8 == 0x20)
    let size = pair.right.observe(0)
    #expect(size.status == Status.bufferOverflow.rawValue && size.information == UInt64(total) && size.bytes == [])
    #expect(pair.end() == [])
  }

  @Test func `states, sockets and the link go together`() {
    let driver = TestDriver(seed: 2)!
    #expect(driver.state(2, outputLength: 4).state == 0)
    driver.openStatus = Status.addressAlreadyExists.rawValue
    #expect(driver.state(1).status == Status.addressAlreadyExists.rawValue && driver.linkStates == [])
    driver.openStatus = 0
    #expect(driver.state(1).status == 0 && driver.openPort == 50_001 && driver.linkStates == [true])
    #expect(driver.state(1).status == Status.alreadyComplete.rawValue)
    let query = driver.state(2, outputLength: 4)
    #expect(query.status == 0 && query.information == 4 && query.state == 1)
    #expect(driver.set(Request.port(777)).status == 0 && driver.openPort == 777)
    #expect(driver.state(0).status == 0 && driver.openPort == nil && driver.linkStates == [true, false])
    driver.end()
    #expect(driver.faults == [] && driver.blockCount == 0)
  }

  @Test func `an unknown status of the sockets is one the contract has`() {
    let driver = TestDriver(seed: 3)!
    driver.openStatus = 0xc000_0001
    #expect(driver.state(1).status == Status.insufficientResources.rawValue)
  }

  @Test func `log lines wait for readers`() {
    let driver = TestDriver(seed: 4)!
    #expect(driver.logLine().status == Status.pending.rawValue)
    #expect(driver.logLine(127).status == Status.bufferTooSmall.rawValue)
    _ = driver.state(1)
    #expect(driver.logReadyCount == 1)
    #expect(driver.traced == ["3Interface up"])
    let line = driver.logLine()
    #expect(line.status == 0 && line.information == 128)
    #expect(String(decoding: line.bytes[8...].prefix { $0 != 0 }, as: UTF8.self) == "3Interface up")
    #expect(driver.logLine().status == Status.pending.rawValue)
  }

  @Test func `a handshake that fails is told in the log`() {
    let pair = TunnelPair(seed: 5)
    while pair.left.logLine().status == 0 {}
    let told = pair.left.logReadyCount
    pair.left.send(TunnelPair.packet(fromLeft: true, count: 64))
    pair.run { _ in false }
    #expect(pair.left.logReadyCount > told)
    #expect(pair.left.logLine().status == 0)
    #expect(pair.end() == [])
  }

  @Test func `closing an interface that is up takes it down, and again changes nothing`() {
    let driver = TestDriver(seed: 6)!
    _ = driver.state(1)
    driver.close()
    driver.close()
    #expect(driver.linkStates == [true, false] && driver.openPort == nil)
    driver.end()
    #expect(driver.linkStates == [true, false] && driver.faults == [] && driver.blockCount == 0)
  }

  @Test func `only the length of a state request is judged before the adapter is looked for`() {
    #expect(shell_precheck(0xb098_c50c, 3) == Status.invalidParameter.rawValue)
    #expect(shell_precheck(0xb098_c50c, 4) == 0 && shell_precheck(0xb098_c506, 0) == 0)
    #expect(shell_precheck(0x1234, 0) == 0)
  }
}
