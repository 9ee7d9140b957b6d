internal import ArgumentParser
internal import Foundation
internal import Octets
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata
internal import RolloutPublisher

/// Gives a verdict on a change request where the machine looks for it.
struct Approve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Approve a change request of the organisation's, or reject it.",
    discussion: """
      The request lies in changes/ of the machine's folder, and so does the verdict then. Whoever wrote the request cannot \
      approve it, and what is approved are the files that the request names: it ends with 14 when the releases have others.
      """)
  @OptionGroup var options: ClientOptions
  @Argument(help: "The request's identifier, as CR-1234.") var request: String
  @Option(help: "The approver's secret key.") var key: String
  @Flag(help: "No instead of yes.") var reject = false
  @Option(help: "For how many days it counts, 1 to 400.") var days: Int64 = 120

  func run() throws {
    guard (1...400).contains(days) else { throw Failure(.usage, "--days: a verdict counts for 1 to 400 days") }
    try options.guarded {
      let client = try options.open(changing: true)
      let filed = try client.filed(request)
      let now = Clocks.now
      let approver = try SecretKey(file: key)
      try check(filed.control, approver.publicKey, client, now)
      let place = filed.approvalPath(of: approver.publicKey)
      try Workspace.write(
        Approval(
          request: blake2b256(filed.control.request.payload), key: approver.publicKey.identifier,
          verdict: reject ? .reject : .approve, at: now, expires: now + days * 86_400), signedBy: approver, to: place)
      try client.folder.log(
        reject ? "rejected" : "approved", request,
        String(decoding: approver.publicKey.identifier.hexadecimal, as: UTF8.self),
        at: now, boot: Clocks.reading.boot)
      let state = RequestText(try client.filed(request).control, now, in: try client.situation()).state
      print(options.json ? "{\"file\":\"\(place)\",\"state\":\"\(state)\"}" : "\(place)\n\(request): \(state)")
    }
  }

  /// Whether this key may say something about the request, now.
  private func check(_ control: ChangeControl, _ key: PublicKey, _ client: Client, _ now: UTCTime) throws {
    let document = control.request
    guard try client.changeControlKeys().contains(key),
      document.approvers.contains(where: { $0.key == key.identifier })
    else { throw Failure(.notPermitted, "\(self.key): not the key of an approver of \(request)") }
    if document.expires <= now { throw Failure(.expired, "\(request) has expired; write another") }
    if reject { return }
    if document.separationOfDuties && document.author == key.identifier {
      throw Failure(.awaitingApproval, "\(self.key): its owner wrote \(request); somebody else has to approve it")
    }
    for subject in document.subjects {
      let name = "\(subject.component.name) \(subject.serial)"
      guard let release = client.trusted.releases?.document.release(subject.component, subject.serial) else {
        throw Failure(.awaitingApproval, "\(name): not among the releases here; run `needletail channel check` first")
      }
      guard control.covers(release) else {
        throw Failure(
          .awaitingApproval, "\(name): the request is for other files than those that were released; write another")
      }
    }
  }
}

/// Change requests on this machine.
struct ChangeRequests: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cr", abstract: "Change requests of the organisation's.", subcommands: [Show.self])

  /// Shows them.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what is asked for, who has approved it and who is missing.",
      discussion:
        "Of a single one it also ends with 14 while roles are missing, with 15 before its window, with 17 when it "
        + "was rejected and with 21 when it is over.")
    @OptionGroup var options: ClientOptions
    @Argument(help: "The request's identifier; all without one.") var request: String?

    func run() throws {
      try options.guarded {
        let client = try options.open(changing: false)
        let filed = try request.map { [try client.filed($0)] } ?? client.changeRequests()
        let situation = try client.situation()
        let texts = filed.map { RequestText($0.control, Clocks.now, in: situation) }
        if options.json {
          print("[" + texts.map(\.json).joined(separator: ",") + "]")
        } else {
          print(texts.isEmpty ? "no requests" : texts.map(\.text).joined(separator: "\n"))
        }
        if request != nil, let status = texts.first?.status, status != .success { throw Failure(status) }
      }
    }
  }
}

extension Client {
  /// The request with an identifier.
  fileprivate func filed(_ id: String) throws -> FiledRequest {
    let all = try changeRequests()
    if let filed = all.first(where: { String(decoding: $0.control.request.id, as: UTF8.self) == id }) { return filed }
    throw Failure(.failure, "no valid request \(id) in changes/; `needletail channel cr show` lists those there are")
  }
}

/// A request in words.
struct RequestText {
  private let control: ChangeControl
  private let now: UTCTime
  private let liftsToFloor: Bool

  init(_ control: ChangeControl, _ now: UTCTime, in situation: Situation) {
    self.control = control
    self.now = now
    liftsToFloor = control.request.subjects.contains {
      $0.component == situation.component && situation.liftsToFloor($0.serial)
    }
  }

  private func name(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
  private func short(_ key: Octets32) -> String { String(name(key.hexadecimal).prefix(16)) }

  /// Where it stands.
  var state: String {
    switch control.state(at: now, liftsToFloor: liftsToFloor) {
    case .approved: "approved"
    case .missing(let roles): "missing " + roles.map(name).joined(separator: ", ")
    case .waiting(let until): "approved, waits for its window from \(name(until.text))"
    case .rejected(let key): "rejected by \(short(key))"
    case .over: "over"
    }
  }

  /// The status for where it stands.
  var status: ExitStatus {
    switch control.state(at: now, liftsToFloor: liftsToFloor) {
    case .approved: .success
    case .missing: .awaitingApproval
    case .waiting: .awaitingWindow
    case .rejected: .notPermitted
    case .over: .expired
    }
  }

  /// What an approver's key has said: for the first role it is named in.
  private func verdict(_ key: Octets32) -> String {
    let verdicts = control.approvals.filter { $0.key == key }
    if verdicts.contains(where: { $0.verdict == .reject }) { return "rejected" }
    guard let yes = verdicts.first(where: { $0.expires > now }) else {
      return verdicts.isEmpty ? "has said nothing" : "approved once; that has run out"
    }
    let isOwn = control.request.separationOfDuties && control.request.author == key
    return "approved \(name(yes.at.text))" + (isOwn ? ", which does not count: it is the author" : "")
  }

  /// All of it, for people.
  var text: String {
    let request = control.request
    var lines = ["\(name(request.id))  \(name(request.organisation))  \(state)"]
    for subject in request.subjects {
      lines.append(
        "  asks for  \(subject.component.name) \(subject.serial), \(subject.artifacts.count) files by digest")
    }
    lines.append("  author    \(short(request.author)), good until \(name(request.expires.text))")
    for approver in request.approvers {
      lines.append(
        "  \(name(approver.role).padding(toLength: 8, withPad: " ", startingAt: 0))  \(short(approver.key)) \(verdict(approver.key))"
      )
    }
    for window in request.windows {
      lines.append("  window    \(name(window.start.text)) to \(name(window.end.text)) (\(name(window.zone)))")
    }
    return lines.joined(separator: "\n")
  }

  /// The same for programs. Identifiers have no characters that JSON would need escaped.
  var json: String {
    let approvers = control.request.approvers.map {
      "{\"role\":\"\(name($0.role))\",\"key\":\"\(name($0.key.hexadecimal))\",\"says\":\"\(verdict($0.key))\"}"
    }
    return "{\"id\":\"\(name(control.request.id))\",\"state\":\"\(state)\",\"status\":\(status.rawValue),"
      + "\"approvers\":[\(approvers.joined(separator: ","))]}"
  }
}
