import ControlProtocol
import ControlProtocolTesting
import DriverInterfaceTesting
import TestStorage
import Testing

@testable import DriverInterface

/// Records against records, records against directives and text, and spoiled records.
struct RoundTripTests {
  @Test func `what a GET answers, set on an empty interface, gives the same answer`() {
    var host = GetTests.configured()
    let configuration = host.configuration()
    var copy = TestHost()
    #expect(copy.set(configuration) == Completion(.success, information: UInt64(configuration.count)))
    #expect(copy.configuration() == configuration)
    #expect(host.set(configuration).status == .success && host.configuration() == configuration)
  }

  @Test func `text and records say the same`() {
    let text = """
      set=1
      private_key=1111111111111111111111111111111111111111111111111111111111111111
      listen_port=51820
      replace_peers=true
      public_key=3131313131313131313131313131313131313131313131313131313131313131
      preshared_key=7777777777777777777777777777777777777777777777777777777777777777
      endpoint=203.0.113.9:51820
      persistent_keepalive_interval=25
      public_key=2020202020202020202020202020202020202020202020202020202020202020
      endpoint=[fe80::1%7]:51820
      allowed_ip=2001::1/16
      public_key=1010101010101010101010101010101010101010101010101010101010101010

      """
    var byRecords = GetTests.configured()
    var byText = TestHost()
    let allowedIPs = (0..<40).map { "allowed_ip=10.\($0).0.1/24\n" }.joined()
    #expect(reply(to: text + allowedIPs + "\n", &byText) == "errno=0\n\n")
    #expect(byText.configuration() == byRecords.configuration())
    let reply = reply(to: "get=1\n\n", &byText)
    #expect(reply == self.reply(to: "get=1\n\n", &byRecords) && reply.contains("allowed_ip=10.39.0.0/24"))
  }

  private func reply(to request: String, _ host: inout TestHost) -> String {
    let conversation = Conversation()
    conversation.send(Array(request.utf8), to: &host)
    return conversation.text
  }

  /// A request applied whole, with everything reserved, ends where its directives end one by one.
  @Test func `random requests agree with their directives one by one`() {
    Environment.announce("DriverInterfaceTests.RoundTripTests")
    var random = Seeded(seed: Environment.seed)
    for round in 0..<Environment.rounds(60) {
      var byRecords = TestHost()
      var byDirectives = TestHost()
      for _ in 0..<12 {
        let request = Request.random(&random)
        let completion = byRecords.set(request.bytes)
        let directives = request.directives
        do { try byDirectives.apply(directives.span) } catch { Issue.record("the heap gives storage: \(error)") }
        #expect(completion == Completion(.success, information: UInt64(request.bytes.count)))
        #expect(byRecords.configuration() == byDirectives.configuration(), "round \(round)")
        #expect(byRecords.contradiction == nil)
      }
    }
  }

  @Test func `random requests with random refusals of memory happen whole or not at all`() {
    var random = Seeded(seed: Environment.seed ^ 1)
    for _ in 0..<Environment.rounds(60) {
      var host = TestHost()
      for _ in 0..<12 {
        let request = Request.random(&random).bytes
        let before = host.configuration()
        let refused = Int.random(in: 0..<8, using: &random)
        host.memory.restartCounting()
        host.memory.refuses = { $0 >= refused }
        let completion = host.set(request)
        host.memory.refuses = { _ in false }
        #expect(completion.status == .success || completion == Completion(.insufficientResources))
        if completion.status != .success { #expect(host.configuration() == before) }
        #expect(host.contradiction == nil)
      }
    }
  }

  @Test func `spoiled requests are refused whole or mean something`() {
    var random = Seeded(seed: Environment.seed ^ 2)
    var host = TestHost()
    var (accepted, refused) = (0, 0)
    for _ in 0..<Environment.rounds(4000) {
      var bytes = Request.random(&random).bytes
      for _ in 0..<Int.random(in: 0...3, using: &random) { spoil(&bytes, &random) }
      let before = host.configuration()
      let completion = host.set(bytes)
      if completion.status == .success {
        accepted += 1
        #expect(completion.information <= UInt64(bytes.count) && completion.information >= 80)
      } else {
        refused += 1
        #expect(completion.information == 0 && host.configuration() == before)
      }
      let length = Int.random(in: 0...before.count + 8, using: &random)
      let (answer, answered) = host.get(length)
      #expect(answer.information == UInt64(host.configuration().count) && answered.count == length)
      #expect(host.contradiction == nil)
    }
    #expect(accepted > 100 && refused > 100)
  }

  private func spoil(_ bytes: inout [UInt8], _ random: inout Seeded) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes = Array(bytes[..<place])
    case 2: bytes.insert(contentsOf: random.bytes(8), at: place)
    case 3: bytes[place] = [0, 1, 0x7f, 0xff].randomElement(using: &random)!
    default: bytes.removeSubrange(place..<min(bytes.count, place + 8))
    }
  }
}
