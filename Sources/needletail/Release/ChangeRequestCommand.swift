internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct ChangeRequestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cr", abstract: "Change requests of an organisation.",
    subcommands: [New.self, Approve.self, Verify.self])

  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a request to install a release, bound to its files and signed by its author.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The request's identifier, as CR-1234.") var id: String
    @Option(help: "Where it goes.") var output: String
    @Option(help: "The organisation.") var organisation: String
    @Option(help: "The component.") var component: String
    @Option(help: "The serial.") var serial: UInt64
    @Option(help: "ROLE=FILE: who may approve in which role, by public key; every role that is named has to.")
    var approver: [String]
    @Option(help: "START,END,ZONE: when it may be installed, as 2027-01-10T20:00:00Z,2027-01-11T04:00:00Z,UTC.")
    var window: [String] = []
    @Option(help: "For how many days the request is good.") var days: Int64 = 120
    @Option(help: "The file with the evidence the approvers are shown.") var evidence: String
    @Flag(help: "One role fewer is enough on machines below the security floor, but for the last one.") var emergency =
      false
    @Option(help: "The author's secret key.") var key: String

    func run() throws {
      try common.run { (workspace, now) throws(PublisherError) in
        let component: Component = try named(component, "component")
        guard let release = try workspace.newest(Releases.self)?.release(component, serial) else {
          throw PublisherError(.failure, "\(component.name) \(serial) is not among the releases")
        }
        guard (1...400).contains(days) else { throw PublisherError(.usage, "a request is good for 1 to 400 days") }
        var approvers: [ChangeRequest.Approver] = []
        var roles: [[UInt8]] = []
        for text in approver {
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          guard parts.count == 2 else { throw PublisherError(.usage, "\(text): write ROLE=FILE") }
          let role = try identifier(parts[0], "role")
          approvers.append(.init(role: role, key: try PublicKey(file: parts[1]).identifier))
          if !roles.contains(role) { roles.append(role) }
        }
        let author = try SecretKey(file: key)
        let request = ChangeRequest(
          id: try identifier(id, "request"), organisation: try identifier(organisation, "organisation"),
          author: author.publicKey.identifier, expires: now + days * 86_400,
          subjects: [
            .init(
              component: component, serial: serial,
              artifacts: release.artifacts.map(\.digest).sorted { $0.precedes($1) })
          ], approvers: approvers, requiredRoles: roles, isEmergency: emergency, windows: try parsedWindows(),
          evidencePackDigest: try Workspace.digest(of: evidence))
        try Workspace.write(request, signedBy: author, to: output)
        return Answer(["\(output): \(id) waits for \(roles.map { string($0) }.joined(separator: ", "))"])
      }
    }

    private func parsedWindows() throws(PublisherError) -> [ChangeRequest.Window] {
      var windows: [ChangeRequest.Window] = []
      for text in window {
        let parts = text.split(separator: ",").map(String.init)
        guard parts.count == 3 else { throw PublisherError(.usage, "\(text): write START,END,ZONE") }
        windows.append(.init(start: try time(parts[0]), end: try time(parts[1]), zone: octets(parts[2])))
      }
      return windows
    }
  }

  struct Approve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Write a signed verdict on a request.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The request.") var request: String
    @Option(help: "Where the verdict goes.") var output: String
    @Option(help: "The approver's secret key.") var key: String
    @Flag(help: "No instead of yes.") var reject = false
    @Option(help: "For how many days it counts.") var days: Int64 = 120

    func run() throws {
      try common.run { (_, now) throws(PublisherError) in
        guard (1...400).contains(days) else { throw PublisherError(.usage, "a verdict counts for 1 to 400 days") }
        let approver = try SecretKey(file: key)
        let (document, digest) = try Workspace.changeRequest(request)
        guard document.approvers.contains(where: { $0.key == approver.publicKey.identifier }) else {
          throw PublisherError(.notPermitted, "\(key): not the key of an approver of \(string(document.id))")
        }
        try Workspace.write(
          Approval(
            request: digest, key: approver.publicKey.identifier, verdict: reject ? .reject : .approve, at: now,
            expires: now + days * 86_400), signedBy: approver, to: output)
        return Answer(["\(output): \(reject ? "rejected" : "approved") \(string(document.id))"])
      }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show where a request stands; ends with 14 while roles are missing, and 15 before its window.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The request, and the verdicts on it.") var files: [String]
    @Option(name: .customLong("key"), help: "A public key of the organisation's, by its policy.") var keys: [String]
    @Flag(help: "As a machine below the security floor sees it, where an emergency request may lack a role.")
    var belowFloor = false

    func run() throws {
      try common.run { (_, now) throws(PublisherError) in
        var known: [PublicKey] = []
        for file in keys { known.append(try PublicKey(file: file)) }
        guard let first = files.first else { throw PublisherError(.usage, "name the request, then the verdicts") }
        let control = try Workspace.changeControl(first, verdicts: Array(files.dropFirst()), keys: known)
        let id = string(control.request.id)
        switch control.state(at: now, liftsToFloor: belowFloor) {
        case .approved: return Answer(["\(id): approved"], [.init("state", .text("approved"))])
        case .missing(let roles):
          return Answer(
            ["\(id): missing " + roles.map { string($0) }.joined(separator: ", ")],
            [.init("state", .text("missing")), .init("roles", .list(roles.map { .text($0) }))],
            status: .awaitingApproval)
        case .waiting(let until):
          return Answer(
            ["\(id): waits for its window, until \(string(until.text))"],
            [.init("state", .text("waiting")), .init("until", .text(until.text))], status: .awaitingWindow)
        case .rejected(let key):
          return Answer(
            ["\(id): rejected by \(string(key.hexadecimal))"], [.init("state", .text("rejected"))],
            status: .notPermitted)
        case .over: return Answer(["\(id): over"], [.init("state", .text("over"))], status: .expired)
        }
      }
    }
  }
}
