import ControlProtocol
import ControlProtocolTesting
import Octets
import Testing

@Suite struct TextProtocolConnectionTests {
  @Test func `a probe that connects and closes gets no answer and no error`() {
    var target = Example.target()
    let conversation = Conversation()
    conversation.send([], ends: true, to: &target)
    #expect(conversation.text == "" && conversation.closed && conversation.failure == nil)
    #expect(target.directives == Example.target().directives)
  }

  @Test(arguments: [
    "\n", "get=2\n\n", "set=0\n\n", "GET=1\n\n", "get=1 \n\n", "get=1x\n\n", "\r\n", "GET / HTTP/1.1\r\n\r\n", "set\n",
    "\0\n", String(repeating: "g", count: 70000), String(repeating: "g", count: 300) + "\n",
  ])
  func `a first line of another protocol closes the connection without a reply`(request: String) {
    var target = Example.target()
    let conversation = Conversation()
    conversation.send(Array(request.utf8), to: &target)
    #expect(conversation.text == "" && conversation.closed)
  }

  @Test func `a first line without end is not acted on`() {
    var target = Example.target()
    let conversation = Conversation()
    conversation.send(Array("get=1".utf8), ends: true, to: &target)
    #expect(conversation.text == "" && conversation.closed)
  }

  @Test func `requests may follow one another on a connection`() {
    var target = MemoryTarget()
    let conversation = Conversation()
    conversation.send(Array("set=1\nlisten_port=1\n\n".utf8), to: &target)
    #expect(conversation.text == "errno=0\n\n" && !conversation.closed)
    conversation.send(Array("get=1\n\n".utf8), to: &target)
    #expect(conversation.text == "errno=0\n\nlisten_port=1\nerrno=0\n\n" && !conversation.closed)
    conversation.send([], ends: true, to: &target)
    #expect(conversation.closed)
  }

  @Test func `requests may be sent ahead`() {
    var target = MemoryTarget()
    let conversation = Conversation()
    let requests = "set=1\nlisten_port=1\n\nget=1\n\nset=1\nlisten_port=2\n\nget=1\n\n"
    conversation.send(Array(requests.utf8), ends: true, to: &target)
    #expect(conversation.text == "errno=0\n\nlisten_port=1\nerrno=0\n\nerrno=0\n\nlisten_port=2\nerrno=0\n\n")
    #expect(conversation.closed)
  }

  @Test func `after an error the reply is the last thing said`() {
    var target = MemoryTarget()
    let conversation = Conversation()
    conversation.send(Array("set=1\nx=\n\nset=1\nlisten_port=1\n\n".utf8), to: &target)
    #expect(conversation.text == "errno=-22\n\n" && conversation.closed)
    #expect(target.interface.listenPort == 0)
  }

  @Test func `one carriage return before a line end is ignored, two are not`() {
    var target = MemoryTarget()
    #expect(answer("set=1\r\nlisten_port=5\r\n\r\n", from: &target) == "errno=0\n\n")
    #expect(target.interface.listenPort == 5)
    #expect(answer("get=1\r\n\r\n", from: &target) == "listen_port=5\nerrno=0\n\n")
    #expect(answer("set=1\nlisten_port=5\r\r\n\n", from: &target) == "errno=-22\n\n")
  }

  @Test func `two connections may be inside a block at the same time`() {
    var target = MemoryTarget()
    let (one, other) = (Conversation(), Conversation())
    func send(_ text: String, _ conversation: Conversation) { conversation.send(Array(text.utf8), to: &target) }
    send("set=1\npublic_key=\(Example.hex(0xa1))\npersistent_keepalive_interval=1\n", one)
    send("set=1\npublic_key=\(Example.hex(0xa2))\npersistent_keepalive_interval=2\n", other)
    send("allowed_ip=10.1.0.0/16\n", one)
    send("allowed_ip=10.2.0.0/16\n", other)
    send("\n", one)
    #expect(target.peers.map { $0.facts.persistentKeepalive } == [1, 2])
    #expect(target.peers.map { $0.allowedIPs.map(\.address.value) } == [[0x0a01_0000], [0x0a02_0000]])
    send("set=1\nreplace_peers=true\n\n", one)
    // The peer is gone: what follows in its block is checked and means nothing.
    send("allowed_ip=10.3.0.0/16\n\n", other)
    #expect(target.peers.isEmpty && target.openBlocks == 0)
    #expect(one.text == "errno=0\n\nerrno=0\n\n" && other.text == "errno=0\n\n")
  }

  @Test func `lines are counted anew for each request`() {
    var target = MemoryTarget()
    let conversation = Conversation()
    conversation.send(Array("get=1\n\nset=1\nlisten_port=1\nlisten_port=x\n".utf8), to: &target)
    #expect(conversation.failure == TextProtocol.Failure(line: 3, error: .invalidValue))
  }

  @Test func `the line buffer keeps nothing of a key that came in two pieces`() {
    var target = MemoryTarget()
    var server = TextProtocol()
    let line = "private_key=" + String(repeating: "4b", count: 32) + "\n"
    _ = [UInt8](capacity: 512) { output in
      for piece in ["set=1\n" + String(line.prefix(40)), String(line.dropFirst(40))] {
        _ = withText(piece) { server.receive($0, inputEnds: false, into: &output, target: &target) }
      }
    }
    #expect(target.interface.privateKey == Octets32(repeating: 0x4b))
    #expect(!holds(&server, run: UInt8(ascii: "4"), UInt8(ascii: "b")))
    #expect(!holds(&server, run: 0x4b, 0x4b))
  }

  @Test func `the search for leftovers finds a key that is there`() {
    var target = MemoryTarget()
    var server = TextProtocol()
    _ = [UInt8](capacity: 512) { output in
      let piece = "set=1\nprivate_key=" + String(repeating: "4b", count: 20)
      _ = withText(piece) { server.receive($0, inputEnds: false, into: &output, target: &target) }
    }
    #expect(holds(&server, run: UInt8(ascii: "4"), UInt8(ascii: "b")))
  }
}
