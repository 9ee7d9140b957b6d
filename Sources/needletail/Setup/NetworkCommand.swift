internal import ArgumentParser
internal import Foundation
internal import RolloutMetadata
internal import TunnelControl
internal import TunnelPlan
internal import TunnelReport
internal import TunnelSetup

/// `needletail network`
struct NetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Bring tunnels up and down as their files say of the networks the machine is on.",
    discussion: """
      Comments below [Interface] say it: # Needletail: UpOn = any, # Needletail: DownOn = Home, Office. To be run by what \
      knows of networks, with the names of all that the machine is on; without a name nothing happens. Files that say \
      nothing of networks are left alone. Exits with 0, or with 1 when a tunnel did not do as it should.
      """)
  @Argument(help: "The networks, by the names that the files have for them; behind -- when others have named them.")
  var networks: [String] = []
  @Option(help: "A file, or a tunnel's name; repeatable. All of /etc/wireguard when there is none.")
  var file: [String] = []
  @Flag(name: .customLong("dry-run"), help: "Say what would happen, and change nothing.") var isRehearsal = false
  @Flag(help: "Print JSON, one object a line.") var json = false

  func run() throws {
    let files = try tunnelFiles()
    var isWell = true
    for file in files {
      do {
        try settle(file, on: Set(networks))
      } catch let failure as Failure {
        Streams.complain("needletail: \(failure.message)")
        isWell = false
      } catch let failure as SetupFailure {
        Streams.complain("needletail: \(failure.words)")
        isWell = false
      }
    }
    if !isWell { throw Failure(.failure) }
  }

  private func tunnelFiles() throws -> [TunnelFile] {
    if !file.isEmpty { return try file.map { try TunnelFile($0) } }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: TunnelFile.folder)) ?? []
    return names.sorted().filter { $0.hasSuffix(".conf") }.compactMap { try? TunnelFile("\(TunnelFile.folder)/\($0)") }
  }

  private func settle(_ file: TunnelFile, on networks: Set<String>) throws {
    let content = try file.read(isQuiet: true)
    guard let rule = content.settings.networks else { return }
    let setup = Setup.of(file.name, false)
    // A tunnel whose daemon has died is not there.
    let isUp = setup.isUp && FileManager.default.fileExists(atPath: "/sys/class/net/\(file.name)")
    switch rule.decision(on: networks) {
    case .up where !isUp:
      if !isRehearsal {
        try Setup.requireRights()
        try setup.up(
          content, implementation: ImplementationName.chosen.implementation, guarding: content.settings.guarding(),
          mtuMode: content.settings.mtuMode ?? .auto)
      }
      tell(file, "up")
    // Nor does a network on which it is to be down need a switch that a failed `up` has left.
    case .down where setup.isUp || setup.isSwitchThrown:
      if !isRehearsal {
        try Setup.requireRights()
        try setup.down(content)
      }
      tell(file, "down")
    case .up, .down, .stays: break
    }
  }

  private func tell(_ file: TunnelFile, _ state: String) {
    Tool().print(json ? Setup.answer(file, state: state) : "\(file.name)  \(state)")
  }
}
