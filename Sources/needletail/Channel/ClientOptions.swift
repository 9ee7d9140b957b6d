internal import ArgumentParser
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutMetadata
internal import RolloutPublisher

/// What every verb of a client understands.
struct ClientOptions: ParsableArguments {
  @Option(name: .customLong("root"), help: "The client's folder.") var folder = "/var/lib/needletail"
  @Option(help: "The component: core, portable, driver, app or content.") var component = "portable"
  @Option(help: "The repository's folder or web address, instead of the policy's.") var repository: String?
  @Flag(help: "Print JSON.") var json = false

  func checkedComponent() throws -> Component {
    if let component = Component(named: Array(component.utf8)) { return component }
    let names = Component.allCases.map { "\($0.name)" }.joined(separator: ", ")
    throw Failure(.usage, "--component: \(component) is none; there are \(names)")
  }

  /// The client, alone with its folder when it is going to change something.
  func open(changing: Bool) throws -> Client {
    try guarded {
      let place = ClientFolder(path: folder)
      if changing { try place.lock() }
      var client = try Client(folder: place, component: try checkedComponent())
      #if HTTP
      client.web = { (address, policy) throws(ClientError) in try WebSource(address, policy) }
      #endif
      client.lookAtTunnels = MachineTunnels.look
      let isQuiet = json
      client.tell = { line in
        if !isQuiet { try? FileHandle.standardError.write(contentsOf: Data("needletail: \(line)\n".utf8)) }
      }
      return client
    }
  }

  /// Changes the policy, and writes down who wanted what.
  func changePolicy(_ event: String, _ detail: String, _ change: (inout PolicyFile) throws -> Void) throws {
    try guarded {
      let place = ClientFolder(path: folder)
      try place.lock()
      var policy = try place.policyFile()
      try change(&policy)
      try place.write(policy)
      try place.log(event, component, detail, at: Clocks.now, boot: Clocks.reading.boot)
    }
    print(json ? "{\"done\":\"\(event)\"}" : "\(event): \(detail)")
  }

  /// Makes failures of what a client's errors are.
  func guarded<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ClientError {
      throw Failure(error.status, error.description)
    } catch let error as PublisherError {
      throw Failure(error.status, error.description)
    }
  }
}
