internal import ArgumentParser
internal import Octets
internal import RolloutMetadata
internal import RolloutPublisher

struct RepoAddCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Draft releases that have one more.",
    discussion: "The files are copied into the repository now; nobody takes them before two release keys have signed.")
  @OptionGroup var common: CommonOptions
  @Argument(help: "The component: core, portable, driver, app or content.") var component: String
  @Argument(help: "The serial: a number above all there are.") var serial: UInt64
  @Option(help: "What people call it, as 1.4.0.") var version: String
  @Option(help: "KIND:SYSTEM:PROCESSOR:PATH, as msi:windows:x86_64:out/needletail.msi.") var file: [String]
  @Option(help: "The file with the release notes.") var notes: String
  @Option(help: "How it is built, as a command.") var recipe: String
  @Option(help: "Which path it takes: optIn, default or sole; without it, as the release before.") var phase: String?
  @Option(help: "Why the phase is a step back.") var phaseReason: String?
  @Flag(help: "It mends something that an attacker can use.") var security = false
  @Option(help: "A serial that this one makes pointless.") var supersedes: [UInt64] = []
  @Option(help: "COMPONENT:SERIAL: what else has to be installed.") var requires: [String] = []
  @Option(help: "NAME:KIND:LIFE: a knob; without any, the knobs are those of the release before.") var knob: [String] =
    []

  func run() throws {
    try common.run { (workspace, now) throws(PublisherError) in
      let component: Component = try named(component, "component")
      let before = try workspace.newest(Releases.self)?.releases.last {
        $0.component == component && $0.serial < serial
      }
      var knobs = before?.knobs.filter { $0.life != .removed } ?? []
      if !knob.isEmpty { knobs = try parsedKnobs() }
      var files: [ReleaseFile] = []
      for text in file { files.append(try parsedFile(text)) }
      guard let first = files.first else { throw PublisherError(.usage, "a release has at least one --file") }
      let phase: Phase =
        try phase.map { (text) throws(PublisherError) in try named(text, "phase") } ?? before?.phase ?? .optIn
      let release = Release(
        component: component, serial: serial, version: try identifier(version, "version"), phase: phase,
        phaseReason: phaseReason.map { octets($0) }, isSecurity: security, artifacts: [],
        requires: try parsedConstraints(),
        supersedes: supersedes, knobs: knobs, recipe: octets(recipe), buildDigest: try Workspace.digest(of: first.path),
        notesDigest: try Workspace.digest(of: notes))
      try workspace.add(release, files: files, now: now)
      let waiting = try workspace.waiting()
      return Answer(
        ["\(component.name) \(serial) is drafted"] + waiting.map(\.line), [.init("drafts", .list(waiting.map(\.json)))])
    }
  }

  private func parsedFile(_ text: String) throws(PublisherError) -> ReleaseFile {
    let parts = text.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 4, isIdentifier(octets(parts[1])), isIdentifier(octets(parts[2])) else {
      throw PublisherError(
        .usage, "\(text): write KIND:SYSTEM:PROCESSOR:PATH, as msi:windows:x86_64:out/needletail.msi")
    }
    return ReleaseFile(
      path: parts[3], kind: try named(parts[0], "kind of file"), system: parts[1], architecture: parts[2])
  }

  private func parsedKnobs() throws(PublisherError) -> [KnobState] {
    var knobs: [KnobState] = []
    for text in knob {
      let parts = text.split(separator: ":").map(String.init)
      guard parts.count == 3 else { throw PublisherError(.usage, "\(text): write NAME:KIND:LIFE") }
      knobs.append(
        KnobState(
          name: try identifier(parts[0], "knob"), kind: try named(parts[1], "kind of knob"),
          life: try named(parts[2], "life of a knob")))
    }
    return knobs
  }

  private func parsedConstraints() throws(PublisherError) -> [Constraint] {
    var list: [Constraint] = []
    for text in requires {
      let parts = text.split(separator: ":").map(String.init)
      guard parts.count == 2, let serial = UInt64(parts[1]), serial >= 1 else {
        throw PublisherError(.usage, "\(text): write COMPONENT:SERIAL")
      }
      list.append(Constraint(component: try named(parts[0], "component"), serial: serial))
    }
    return list
  }
}
