internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata
internal import TunnelControl

/// Which of two paths the running release takes.
struct PathCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "implementation", abstract: "Say whether the kernel's WireGuard or needletaild serves the tunnels.",
    discussion: """
      `native` is the kernel's own WireGuard, `portable` is needletaild. The release's phase and knobs, the policy's knobs \
      and what the kernel has decide; `channel why` says how. With --apply a choice that has changed takes effect.
      """)
  @OptionGroup var options: ClientOptions
  @Flag(help: "Let a choice that has changed since take effect, by running the policy's restart.") var apply = false

  func run() throws {
    var client = try options.open(changing: apply)
    let hasChanged = try options.guarded { apply ? try client.applyImplementation() : false }
    guard let path = PathText(client) else { throw Failure(.failure, "nothing is installed") }
    if options.json {
      print(path.json)
    } else {
      print(apply && !hasChanged ? "\(path.name), as before" : path.name)
    }
  }
}

/// The choice between the two paths, in words.
struct PathText {
  private let choice: ImplementationChoice
  private let phase: Phase
  private let kernel: KernelWireGuard.Answer
  private let told: Implementation?

  /// The choice for the release that runs; nil when none does, or it has no second path.
  init?(_ client: Client) {
    guard client.component == .portable, let release = client.running else { return nil }
    choice = client.implementation(of: release)
    phase = release.phase
    kernel = client.askKernel()
    told = client.toldImplementation
  }

  /// What is chosen.
  var name: String { "\(choice.implementation.name)" }

  /// What is chosen and why, in a line.
  var text: String {
    let why =
      switch choice.reason {
      case .phase: "the release's phase is \(phase.name)"
      case .optedIn: "the knob \(ImplementationChoice.optIn) is set"
      case .optedOut: "the knob \(ImplementationChoice.optOut) is set"
      case .embedder: "the program that embeds it asks for it"
      case .unavailable: "this kernel has no WireGuard"
      }
    let isWaiting = told.map { $0 != choice.implementation } ?? false
    return "implementation \(name): \(why); \(kernelText)" + (isWaiting ? "; not in effect yet: use --apply" : "")
  }

  private var kernelText: String {
    switch kernel {
    case .present(let family): "the kernel has one, netlink family \(family)"
    case .missing: "the kernel has none"
    case .unknown(let number): "the kernel could not be asked, error \(number)"
    }
  }

  /// The same for programs.
  var json: String {
    let isPresent = if case .present = kernel { true } else { false }
    return "{\"implementation\":\"\(name)\",\"reason\":\"\(choice.reason.name)\",\"phase\":\"\(phase.name)\","
      + "\"kernel\":\(isPresent)}"
  }
}
