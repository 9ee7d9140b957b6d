import CStackProbe
import Glibc
import Handshake
import Octets
import ProtocolVectors
import Testing

/// Runs each step of a handshake on a stack of its own and then looks for secrets there.
@Suite(.enabled(if: !stackprobe_is_sanitized(), "the address sanitizer lays out stacks of its own"))
struct StackResidueTests {
  enum Step: String, CaseIterable {
    case begin, identify, authenticate, respond, finish
  }

  /// What a step works on and leaves behind, away from the stack.
  final class Bench {
    let step: Step
    let wipesStack: Bool
    let sides = Sides.first
    let staticStatic = Octets32(exactly: FirstHandshake.ss)
    var initiation = FirstHandshake.initiation
    var response = FirstHandshake.response
    var sent = Sides.first.begin()!.state
    var identified = Sides.first.identify(FirstHandshake.initiation)!
    var proved = Sides.first.authenticate(FirstHandshake.initiation)!
    var keys: SessionKeys?

    init(_ step: Step, wipesStack: Bool) {
      self.step = step
      self.wipesStack = wipesStack
    }

    @inline(never)
    func perform() {
      switch step {
      case .begin:
        initiation.write {
          sent = SentInitiation.begin(
            identity: sides.initiator, remotePublic: sides.responder.publicKey, staticStatic: staticStatic,
            ephemeralSeed: sides.initiatorSeed, timestamp: sides.timestamp, into: &$0)!
        }
      case .identify: identified = .identify(initiation.rawSpan, identity: sides.responder)!
      case .authenticate: proved = identified.authenticate(initiation.rawSpan, staticStatic: staticStatic)!
      case .respond:
        response.write {
          keys = proved.respond(presharedKey: sides.presharedKey, ephemeralSeed: sides.responderSeed, into: &$0)!
        }
      case .finish:
        keys = sent.finish(response.rawSpan, identity: sides.initiator, presharedKey: sides.presharedKey)!
      }
    }
  }

  static let secrets: [(name: String, bytes: [UInt8])] = [
    ("initiator", FirstHandshake.initiatorPrivate), ("responder", FirstHandshake.responderPrivate),
    ("initiator's ephemeral", FirstHandshake.initiatorEphemeralPrivate),
    ("responder's ephemeral", FirstHandshake.responderEphemeralPrivate),
    ("preshared key", FirstHandshake.presharedKey), ("es", FirstHandshake.es), ("ss", FirstHandshake.ss),
    ("ee", FirstHandshake.ee), ("se", FirstHandshake.se), ("C after es", FirstHandshake.initiationChainAfterES),
    ("key for static", FirstHandshake.initiationKeyForStatic), ("C after ss", FirstHandshake.initiationChainAfterSS),
    ("key for timestamp", FirstHandshake.initiationKeyForTimestamp),
    ("C after ee", FirstHandshake.responseChainAfterEE), ("C after se", FirstHandshake.responseChainAfterSE),
    ("C after psk", FirstHandshake.responseChainAfterPSK), ("τ", FirstHandshake.tau),
    ("key for empty", FirstHandshake.responseKey),
    ("T1", FirstHandshake.initiatorToResponderKey), ("T2", FirstHandshake.responderToInitiatorKey),
  ]

  /// The names of the secrets whose first half is found on the stack `bench` has run on.
  static func residue(of bench: Bench) -> [String] {
    let byteCount = 1 << 16
    // SAFETY: the mapping is this function's own; the thread has ended before the stack is read and unmapped.
    let stack = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    defer { unsafe munmap(stack, byteCount) }
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    defer { unsafe attributes.deallocate() }
    unsafe pthread_attr_init(attributes)
    unsafe pthread_attr_setstack(attributes, stack, byteCount)
    var thread = pthread_t()
    let context = unsafe Unmanaged.passUnretained(bench).toOpaque()
    unsafe pthread_create(
      &thread, attributes,
      { context in
        let bench = unsafe Unmanaged<Bench>.fromOpaque(context!).takeUnretainedValue()
        bench.perform()
        if bench.wipesStack { secureWipeStack() }
        return nil
      }, context)
    pthread_join(thread, nil)
    let bytes = unsafe UnsafeRawBufferPointer(start: stack, count: byteCount)
    return secrets.filter { unsafe contains(bytes, Array($0.bytes.prefix(16))) }.map { $0.name }
  }

  static func contains(_ bytes: UnsafeRawBufferPointer, _ piece: [UInt8]) -> Bool {
    let base = bytes.baseAddress!
    var offset = 0
    while offset <= bytes.count - piece.count {
      // SAFETY: both look only at what is left of `bytes` from `offset` on.
      guard let found = unsafe memchr(base + offset, Int32(piece[0]), bytes.count - offset) else { return false }
      offset = unsafe base.distance(to: found)
      guard offset <= bytes.count - piece.count else { return false }
      let order = unsafe memcmp(base + offset, piece, piece.count)
      if order == 0 { return true }
      offset += 1
    }
    return false
  }

  @Test(arguments: Step.allCases) func `after a step and a wipe of the stack no secret is left on it`(step: Step) {
    #expect(Self.residue(of: Bench(step, wipesStack: true)) == [])
  }

  /// The canary: without the wipe the same search finds what the compiler left, otherwise it searches the wrong place.
  @Test(arguments: Step.allCases) func `after a step alone secrets are left on the stack`(step: Step) {
    #expect(Self.residue(of: Bench(step, wipesStack: false)) != [])
  }
}
