import Octets
import RolloutMetadata
import Testing

struct ChangeControlTests {
  let author = SigningKey(60)
  let owner = SigningKey(61)
  let security = SigningKey(62)
  let stranger = SigningKey(63)
  let now = time("2027-01-12T00:00:00Z")

  private var keys: [PublicKey] { [author, owner, security].map(\.publicKey) }

  private func request(_ change: (inout ChangeRequest) -> Void = { _ in }) -> ChangeRequest {
    var request = Sample.changeRequest
    request.author = author.identifier
    request.approvers = [
      .init(role: text("owner"), key: owner.identifier), .init(role: text("security"), key: security.identifier),
      .init(role: text("owner"), key: author.identifier), .init(role: text("security"), key: owner.identifier),
    ]
    change(&request)
    return request
  }

  private func signed(_ document: some Document, by key: SigningKey) -> [UInt8] {
    let payload = document.payload
    var envelope = Envelope(payload: payload, payloadType: type(of: document).role.payloadType)
    envelope.signatures = [.init(key: key.identifier, bytes: key.sign(envelope.signedBytes))]
    return envelope.file
  }

  private func verdict(
    of key: SigningKey, on request: ChangeRequest, _ verdict: Approval.Verdict = .approve, lasting seconds: Int64 = day
  ) -> [UInt8] {
    signed(
      Approval(
        request: blake2b256(request.payload), key: key.identifier, verdict: verdict, at: now, expires: now + seconds),
      by: key)
  }

  private func state(
    _ request: ChangeRequest, _ approvals: [[UInt8]], at time: UTCTime? = nil, liftsToFloor: Bool = false
  ) throws -> ChangeControl.State {
    try ChangeControl(request: signed(request, by: author), approvals: approvals, keys: keys)
      .state(at: time ?? now, liftsToFloor: liftsToFloor)
  }

  @Test func `a request waits for each role, then for its window`() throws {
    let request = request()
    #expect(try state(request, []) == .missing([text("owner"), text("security")]))
    #expect(try state(request, [verdict(of: owner, on: request)]) == .missing([text("security")]))
    let both = [verdict(of: owner, on: request), verdict(of: security, on: request)]
    #expect(try state(request, both) == .approved)
    let window = request.windows[0]
    #expect(try state(request, both, at: window.start) == .approved)
    #expect(try state(request, both, at: window.start + -1) == .waiting(until: window.start))
    #expect(try state(request, both, at: window.end) == .over)
    let noWindow = self.request { $0.windows = [] }
    let again = [verdict(of: owner, on: noWindow), verdict(of: security, on: noWindow)]
    #expect(try state(noWindow, again) == .approved)
    #expect(try state(noWindow, again, at: noWindow.expires) == .over)
  }

  @Test func `an approval counts until it expires`() throws {
    let request = request()
    let approvals = [verdict(of: owner, on: request, lasting: 60), verdict(of: security, on: request)]
    #expect(try state(request, approvals, at: now + 59) == .approved)
    #expect(try state(request, approvals, at: now + 60) == .missing([text("owner")]))
  }

  @Test func `T33 the author's own approval does not count, nor one person's for two roles`() throws {
    let request = request()
    let own = [verdict(of: author, on: request), verdict(of: security, on: request)]
    #expect(try state(request, own) == .missing([text("owner")]))
    #expect(try state(request, [verdict(of: owner, on: request)]) == .missing([text("security")]))
    let lax = self.request { $0.separationOfDuties = false }
    #expect(try state(lax, [verdict(of: owner, on: lax)]) == .approved)
    let alone = [verdict(of: author, on: lax), verdict(of: security, on: lax)]
    #expect(try state(lax, alone) == .approved)
  }

  @Test func `T33 an emergency needs one role fewer, below the floor, and never none`() throws {
    let both = [text("owner"), text("security")]
    let request = request { $0.isEmergency = true }
    let one = [verdict(of: security, on: request)]
    #expect(try state(request, one, liftsToFloor: true) == .approved)
    #expect(try state(request, one, liftsToFloor: false) == .missing([text("owner")]))
    #expect(try state(request, [], liftsToFloor: true) == .missing(both))
    #expect(try state(request, [verdict(of: author, on: request)], liftsToFloor: true) == .missing(both))
    let calm = self.request()
    #expect(try state(calm, [verdict(of: security, on: calm)], liftsToFloor: true) == .missing([text("owner")]))
    // With one role only, it is the last one.
    let single = self.request {
      $0.isEmergency = true
      $0.requiredRoles = [text("security")]
    }
    #expect(try state(single, [], liftsToFloor: true) == .missing([text("security")]))
    #expect(try state(single, [verdict(of: security, on: single)], liftsToFloor: true) == .approved)
  }

  @Test func `one rejection is enough`() throws {
    let request = request()
    let verdicts = [
      verdict(of: owner, on: request), verdict(of: security, on: request), verdict(of: owner, on: request, .reject),
    ]
    #expect(try state(request, verdicts) == .rejected(by: owner.identifier))
  }

  @Test func `a verdict is on one request and one set of files`() throws {
    let request = request()
    let other = self.request { $0.subjects[0] = .init(component: .driver, serial: 57, artifacts: [hex32(58)]) }
    #expect(throws: MetadataError(.differsFromSnapshot, .approval)) {
      try state(request, [verdict(of: owner, on: other)])
    }
    let control = try ChangeControl(request: signed(request, by: author), approvals: [], keys: keys)
    var release = Repository.release(.driver, 57)
    #expect(!control.covers(release))
    let first = release.artifacts[0]
    release.artifacts = [hex32(58), hex32(57)].map {
      Artifact(
        name: first.name, size: 1, digest: $0, system: first.system, architecture: text("a\($0[0])"), kind: .msi)
    }
    #expect(control.covers(release))
    release.artifacts.removeLast()
    #expect(!control.covers(release))
  }

  @Test func `only the organisation's keys count, each for itself`() throws {
    let request = request()
    #expect(throws: MetadataError(.belowThreshold, .changeRequest)) {
      try ChangeControl(request: signed(request, by: stranger), approvals: [], keys: keys)
    }
    #expect(throws: MetadataError(.belowThreshold, .changeRequest)) {
      try ChangeControl(request: signed(request, by: owner), approvals: [], keys: keys)
    }
    #expect(throws: MetadataError(.belowThreshold, .approval)) {
      try state(request, [verdict(of: stranger, on: request)])
    }
    // One approver in the name of another.
    let forged = Approval(
      request: blake2b256(request.payload), key: security.identifier, verdict: .approve, at: now, expires: now + day)
    #expect(throws: MetadataError(.belowThreshold, .approval)) { try state(request, [signed(forged, by: owner)]) }
  }
}
