import Containers
import Cryptography
import Octets
import TestStorage
import Testing
import Timeline

@testable import Transport

struct SessionTests {
  static let born = Instant(nanoseconds: 1_000)

  func session(counter: UInt64 = 0, isInitiator: Bool = true) -> Session {
    var session = Session(
      sendingKey: Octets32(repeating: 1), receivingKey: Octets32(repeating: 2), localIndex: 3, remoteIndex: 4,
      isInitiator: isInitiator, owner: 5, born: Self.born)
    session.sendingCounter = counter
    return session
  }

  @Test func `the last counter below the limit may be used, the limit may not`() {
    var last = session(counter: SessionLimit.rejectAfterMessages - 1)
    #expect((last.canSend(1, at: Self.born)) == true)
    #expect((last.canSend(2, at: Self.born)) == false)
    #expect((last.canSend(1, at: Self.born)) == false, "a limit that was reached stays reached")
    var none = session(counter: SessionLimit.rejectAfterMessages)
    #expect((none.canSend(1, at: Self.born)) == false)
  }

  @Test func `age ends sending and receiving at 180 seconds`() {
    var young = session()
    let end = Self.born + .seconds(180)
    let before = Instant(nanoseconds: end.nanoseconds - 1)
    #expect((young.canSend(1, at: before)) == true)
    #expect((young.canReceive(at: before)) == true)
    #expect((young.canSend(1, at: end)) == false)
    #expect((young.canReceive(at: end)) == false)
  }

  @Test func `messages bring a rekey beyond 2 to the 60`() {
    #expect(!session(counter: 1 << 60, isInitiator: false).needsRekeyAfterSending(at: Self.born))
    #expect(session(counter: (1 << 60) + 1, isInitiator: false).needsRekeyAfterSending(at: Self.born))
  }

  @Test func `a ticket uses each counter once, and the keys of its session`() throws {
    let books = TestStorage()
    var sessions = Slab<Session>(limit: 4, storage: books.storage)
    let handle = try sessions.insert(session(counter: 7))
    var ticket = sessions.sealTicket(handle, burst: .none, count: 2)
    #expect(sessions[handle].sendingCounter == 9)
    #expect(sessions[handle].outstanding == 1)

    var frame = FixedOctets<64>()
    for counter in 7..<9 as Range<UInt64> {
      let length = frame.withMutableBytes { ticket.seal(&$0, at: 0, length: 32, with: .portable) }
      #expect(length == 64)
      #expect(frame.bytes.littleEndian32(at: 0) == 4)
      #expect(frame.bytes.littleEndian32(at: 4) == 4)
      #expect(frame.bytes.littleEndian64(at: 8) == counter)
      var copy = frame
      let opened = copy.withMutableBytes {
        CipherKernel.portable.open(
          key: Octets32(repeating: 1).bytes, counter: counter, frame: &$0, offset: 16, length: 48)
      }
      #expect(opened)
    }
    #expect(ticket.sealed == ticket.count)
    #expect((sessions[handle].endTicket()) == false)
  }

  @Test func `an open ticket vouches only for what authenticated`() throws {
    let books = TestStorage()
    var sessions = Slab<Session>(limit: 4, storage: books.storage)
    let handle = try sessions.insert(session())
    var frame = FixedOctets<64>()
    frame.withMutableBytes { bytes in
      bytes.store(littleEndian64: 11, at: 8)
      CipherKernel.portable.seal(
        key: Octets32(repeating: 2).bytes, counter: 11, frame: &bytes, offset: 16, length: 32)
    }
    var forged = frame
    forged[20] ^= 1
    var ticket = sessions.openTicket(handle, burst: .none, count: 2)
    let refused = forged.withMutableBytes { ticket.open(&$0, at: 0, length: 64, with: .portable) }
    #expect(refused == nil)
    let opened = frame.withMutableBytes { ticket.open(&$0, at: 0, length: 64, with: .portable) }
    #expect(opened == 11)
    #expect(ticket.authentic == 0b10)
  }

  @Test func `a retired session ends with its last ticket`() throws {
    let books = TestStorage()
    var sessions = Slab<Session>(limit: 4, storage: books.storage)
    let handle = try sessions.insert(session())
    _ = sessions.sealTicket(handle, burst: .none, count: 1)
    _ = sessions.openTicket(handle, burst: .none, count: 1)
    #expect((sessions[handle].retire()) == false)
    #expect((sessions[handle].endTicket()) == false)
    #expect((sessions[handle].endTicket()) == true)
  }

  @Test func `the keys lie where tickets look for them`() {
    #expect(MemoryLayout<Session>.offset(of: \.keys) == 0)
  }
}
