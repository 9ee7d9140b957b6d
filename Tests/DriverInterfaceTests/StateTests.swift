import DriverInterfaceTesting
import Testing

@testable import DriverInterface

/// Ports and states.
struct StateTests {
  @Test func `up and down, once and again`() {
    var host = TestHost()
    #expect(host.down() == .alreadyComplete && host.up() == .success && host.up() == .alreadyComplete)
    #expect(host.isUp && host.boundPort == host.port)
    #expect(host.down() == .success && host.down() == .alreadyComplete)
    #expect(!host.isUp && host.boundPort == nil && host.linkStates == [true, false])
    #expect(Status.alreadyComplete.isSuccess && !Status.bufferOverflow.isSuccess)
  }

  @Test func `lengths and verbs`() {
    var host = TestHost()
    for length in [0, 3, 5, 8] {
      #expect(host.changeState([UInt8](repeating: 0, count: length)) == StateAnswer(.invalidParameter))
      #expect(DriverInterface.precheck(.state, inputLength: length) == .invalidParameter)
    }
    #expect(DriverInterface.precheck(.state, inputLength: 4) == nil)
    #expect(DriverInterface.precheck(.read, inputLength: 5) == nil)
    for verb: [UInt8] in [[3, 0, 0, 0], [1, 1, 0, 0], [255, 255, 255, 255]] {
      #expect(host.changeState(verb, outputLength: 4) == StateAnswer(.invalidParameter))
    }
    for length in [0, 3, 5, 8] {
      #expect(host.changeState([2, 0, 0, 0], outputLength: length) == StateAnswer(.invalidParameter))
    }
    #expect(host.changeState([2, 0, 0, 0], outputLength: 4) == StateAnswer(isUp: false))
    #expect(host.up() == .success)
    let answer = host.changeState([2, 0, 0, 0], outputLength: 4)
    #expect(answer.state == 1 && answer.completion == Completion(.success, information: 4))
    #expect(host.changeState([1, 0, 0, 0], outputLength: 4).state == nil)
  }

  @Test func `a random port is remembered`() {
    var host = TestHost()
    #expect(host.up() == .success)
    let port = host.port
    #expect(port != 0 && number(host.configuration(), at: 4, count: 2) == UInt64(port))
    #expect(host.down() == .success && host.up() == .success && host.port == port)
    #expect(host.set(Request.port(0)).status == .success)
    #expect(host.port != port && host.port != 0 && host.boundPort == host.port)
  }

  @Test func `a port set while down is bound at the next up, and zero chooses then`() {
    var host = TestHost()
    #expect(host.set(Request.port(1234)).status == .success && host.boundPort == nil && host.port == 1234)
    #expect(host.up() == .success && host.boundPort == 1234)
    #expect(host.down() == .success && host.set(Request.port(0)).status == .success && host.port == 0)
    #expect(number(host.configuration(), at: 0, count: 4) == 0)
    #expect(host.up() == .success && host.boundPort == host.port && host.port > 1234)
  }

  @Test func `the same port again does nothing, even when it could not be bound now`() {
    var host = TestHost()
    #expect(host.set(Request.port(1234)).status == .success && host.up() == .success)
    host.takenPorts = [1234]
    #expect(host.set(Request.port(1234)).status == .success && host.boundPort == 1234)
  }

  @Test func `a port that is taken leaves the old one in use`() {
    var host = TestHost()
    #expect(host.set(Request.port(1234)).status == .success && host.up() == .success)
    host.takenPorts = [99]
    #expect(host.set(Request.port(99)) == Completion(.addressAlreadyExists))
    #expect(host.port == 1234 && host.boundPort == 1234)
    #expect(host.set(Request.port(98)).status == .success && host.boundPort == 98)
  }

  @Test func `a port that is taken keeps the interface down`() {
    var host = TestHost()
    #expect(host.set(Request.port(99)).status == .success)
    host.takenPorts = [99]
    #expect(host.up() == .addressAlreadyExists)
    #expect(!host.isUp && host.linkStates.isEmpty && host.port == 99)
    host.takenPorts = []
    #expect(host.up() == .success)
  }

  @Test func `the configuration survives going down`() {
    var host = GetTests.configured()
    let before = host.configuration()
    #expect(host.up() == .success && host.down() == .success)
    #expect(host.configuration() == before)
  }
}
