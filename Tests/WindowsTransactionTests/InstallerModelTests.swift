import Foundation
import Testing
import Transaction

@testable import WindowsInstaller
@testable import WindowsTransaction

/// Whole installations by the packages' own sequence: whatever fails, the machine is as it was.
struct InstallerModelTests {
  typealias Package = InstallerModel.Package

  static func package(_ version: String, date: UInt64) throws -> Package {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let definition = try Data(contentsOf: root.appendingPathComponent("Installer/product.json"))
    let product = try Product(json: Array(definition))
    let build = try Build(
      product: product, architecture: .x64, version: version, time: 0,
      contents: product.files.map { Array("\($0.path) \(version)".utf8) }, actions: [], isUnsigned: false)
    let driver = DriverPackage(inf: InstallerModel.inf, date: date, number: date)
    return Package(build: build, database: build.database(), driver: driver)
  }

  let old: Package
  let new: Package

  init() throws {
    old = try Self.package("0.0.9.0", date: 100)
    new = try Self.package("0.1.0.0", date: 200)
  }

  /// What people see.
  func seen(
    _ model: InstallerModel
  ) -> (InstallerModel.Machine, [String: String], [String: ServiceState], [String: String], Set<String>) {
    let state = model.system.state
    return (model.machine, state.versions, state.services, state.commands, state.folders)
  }

  func run(_ model: inout InstallerModel, _ package: Package, removing: Bool = false, succeeds: Bool = true) {
    let start = model.failing
    let isDone = model.run(package, removing: removing)
    #expect(isDone == succeeds, "change \(start)")
  }

  /// The older product, and a program with an adapter.
  func installed() -> InstallerModel {
    var model = InstallerModel()
    run(&model, old)
    let driver = model.system.state.store.keys.first ?? ""
    model.system.state.adapters["Office"] = .init(driver: driver, configuration: "a key and a peer")
    return model
  }

  /// Three tunnels: one that runs, one that does not, and one of a program elsewhere.
  func withTunnels(_ start: InstallerModel) -> InstallerModel {
    var model = start
    for (name, state, folder) in [
      ("office", ServiceState.running, "C:\\PROGRAM FILES\\Needletail\\"), ("home", .stopped, InstallerModel.folder),
      ("other", .running, "D:\\"),
    ] {
      model.system.state.services["NeedletailTunnel$" + name] = state
      model.system.state.commands["NeedletailTunnel$" + name] =
        "\"\(folder)needletail.exe\" tunnel-service \"C:\\\(name).conf\""
    }
    return model
  }

  /// Runs with a failure at each change, and with a fault of the system at each of its calls, until a run is whole.
  func check(_ start: InstallerModel, _ package: Package, removing: Bool = false) -> InstallerModel {
    var whole = start
    run(&whole, package, removing: removing)
    #expect(whole.system.journals.isEmpty && whole.system.kept.isEmpty && whole.inTheWay == [])
    for failing in 1...whole.changes {
      var model = start
      model.failing = failing
      run(&model, package, removing: removing, succeeds: false)
      #expect(seen(model) == seen(start), "change \(failing)")
      #expect(model.system.journals.isEmpty && model.system.kept.isEmpty, "change \(failing)")
    }
    var faults = 0
    for call in 1...40 {
      for fault in [ModelSystem.Fault.failure(call), .crash(call), .tear(call)] {
        var model = start
        model.fault = fault
        // Past the last call of the first action a fault meets nobody, or the commit, which is no longer taken back.
        if model.run(package, removing: removing) || model.called.last == "Commit" { continue }
        faults += 1
        #expect(seen(model) == seen(start), "\(fault)")
        #expect(model.system.journals.isEmpty && model.system.kept.isEmpty, "\(fault)")
      }
    }
    #expect(faults > 5)
    return whole
  }

  @Test func `a first installation is whole, or nothing is left`() {
    let model = check(InstallerModel(), old)
    #expect(model.machine.products.values.map { $0 } == ["0.0.9"])
    #expect(model.system.state.store.values.map(\.number) == [100])
    #expect(Set(model.machine.content.values) == ["0.0.9"])
  }

  @Test func `an upgrade is whole, or the older product is as it was`() {
    let model = check(installed(), new)
    #expect(model.machine.products.values.map { $0 } == ["0.1.0"])
    #expect(Set(model.machine.content.values) == ["0.1.0"])
    #expect(model.machine.content.count == installed().machine.content.count)
    #expect(model.system.state.store.values.map(\.number) == [200])
    let adapter = model.system.state.adapters["Office"]
    #expect(model.system.state.store[adapter?.driver ?? ""]?.number == 200)
    #expect(adapter?.configuration == "a key and a peer")
    // Nobody has a component that is not there.
    #expect(model.machine.clients.values.allSatisfy { $0 == [new.code] })
  }

  @Test func `a removal is whole, or the product is as it was`() {
    var start = InstallerModel()
    run(&start, old)
    let model = check(start, old, removing: true)
    #expect(model.machine == InstallerModel.Machine() && model.system.state.store.isEmpty)
  }

  @Test func `the program's services run after an installation, and are gone after a removal`() {
    var model = InstallerModel()
    run(&model, old)
    #expect(model.system.state.services == ["NeedletailControl": .running, "NeedletailUpdates": .running])
    #expect(
      model.system.state.commands["NeedletailUpdates"] == "\"\(InstallerModel.folder)needletail.exe\" update-service")
    let end = check(model, old, removing: true)
    #expect(end.system.state.services.isEmpty)
  }

  @Test func `tunnels stand still while the program is replaced, and go on with the new one`() {
    let start = withTunnels(installed())
    let model = check(start, new)
    #expect(model.system.state.services == start.system.state.services)
    #expect(model.system.state.commands == start.system.state.commands)
    #expect(model.system.notes.lines.isEmpty)
    // A repair is no other.
    #expect(check(model, new).system.state.services == start.system.state.services)
  }

  @Test func `tunnels go with the program that runs them, and no others do`() {
    var installed = InstallerModel()
    run(&installed, old)
    let model = check(withTunnels(installed), old, removing: true)
    #expect(model.system.state.services == ["NeedletailTunnel$other": .running])
    #expect(model.machine == InstallerModel.Machine())
  }

  /// A tunnel that an update has moved to a slot, and what else it leaves.
  func afterUpdate(_ start: InstallerModel) -> InstallerModel {
    var model = start
    let slot = "C:\\Windows\\Needletail.channel\\slots\\57\\needletail.exe"
    model.system.state.services["NeedletailTunnel$moved"] = .running
    model.system.state.commands["NeedletailTunnel$moved"] = "\"\(slot)\" tunnel-service \"C:\\moved.conf\""
    model.system.state.folders = [InstallerModel.channel]
    model.system.state.emptyFolders = []
    model.system.state.registry["SOFTWARE\\Needletail\\Started"] = [:]
    return model
  }

  @Test func `what an update has moved to a slot goes with the product, and the slots with it`() {
    var installed = InstallerModel()
    run(&installed, old)
    let model = check(afterUpdate(withTunnels(installed)), old, removing: true)
    #expect(model.system.state.services == ["NeedletailTunnel$other": .running])
    #expect(model.system.state.folders.isEmpty && model.system.state.registry.isEmpty)
  }

  @Test func `what an update has moved to a slot stays there when the product is upgraded`() {
    let start = afterUpdate(withTunnels(installed()))
    let model = check(start, new)
    #expect(model.system.state.services == start.system.state.services)
    #expect(model.system.state.commands == start.system.state.commands)
    #expect(model.system.state.folders == start.system.state.folders)
    #expect(model.system.state.registry["SOFTWARE\\Needletail\\Started"] == [:])
  }

  @Test func `a tunnel that does not start again fails no installation, and is told`() {
    var model = withTunnels(installed())
    model.system.state.broken = ["NeedletailTunnel$office"]
    run(&model, new)
    #expect(model.system.state.services["NeedletailTunnel$office"] == .stopped && model.system.journals.isEmpty)
    #expect(model.system.notes.lines == ["NeedletailTunnel$office does not start"])
  }

  @Test func `where nobody calls what commits, everything is ended all the same`() {
    var model = withTunnels(InstallerModel())
    model.isRollbackDisabled = true
    run(&model, old)
    #expect(model.system.journals.isEmpty && model.called == ["PauseTunnels", "InstallDriver", "Commit"])
    #expect(model.system.state.services["NeedletailTunnel$office"] == .running)
    run(&model, new)
    #expect(model.system.journals.isEmpty && model.inTheWay == [])
    #expect(model.system.state.services["NeedletailTunnel$office"] == .running)
    run(&model, new, removing: true)
    #expect(model.system.journals.isEmpty)
    #expect(model.system.state.services == ["NeedletailTunnel$other": .running])
  }

  /// The newer product, with tunnels and an adapter, and what the registry says of a rollback.
  func newerInstalled(rollback: String?) -> InstallerModel {
    var model = withTunnels(installed())
    run(&model, new)
    model.system.state.registry[RollbackToken.key, default: [:]][RollbackToken.name] = rollback.map {
      RegistryData(text: $0)
    }
    return model
  }

  func token(_ version: String = "0.0.9", instead product: String? = nil, expires: UInt64 = 1_800_000_001) -> String {
    "\(version) \(product ?? new.code) \(String(repeating: "0a", count: 32)) \(expires)"
  }

  @Test func `a rollback that was accepted brings the older product, driver and files back, and is used up`() {
    let start = newerInstalled(rollback: token())
    let model = check(start, old)
    #expect(model.machine.products.values.map { $0 } == ["0.0.9"])
    #expect(Set(model.machine.content.values) == ["0.0.9"])
    #expect(model.system.state.store.values.map(\.number) == [100])
    #expect(model.system.state.store[model.system.state.adapters["Office"]?.driver ?? ""]?.number == 100)
    #expect(model.system.state.adapters["Office"]?.configuration == "a key and a peer")
    #expect(model.system.state.services == start.system.state.services)
    #expect(model.system.state.registry[RollbackToken.key]?[RollbackToken.name] == nil)
    // Once: the newer product comes again, and nothing leads back from it.
    var again = model
    run(&again, new)
    run(&again, old, succeeds: false)
    #expect(again.machine.products.values.map { $0 } == ["0.1.0"])
  }

  @Test func `an older product that a rollback has brought back leaves nothing when it is removed`() {
    var model = InstallerModel()
    run(&model, new)
    model.system.state.registry[RollbackToken.key, default: [:]][RollbackToken.name] = RegistryData(text: token())
    run(&model, old)
    #expect(Set(model.machine.content.values) == ["0.0.9"])
    let end = check(model, old, removing: true)
    #expect(end.machine == InstallerModel.Machine())
    #expect(end.system.state.store.isEmpty && end.system.state.services.isEmpty)
  }

  @Test func `without a rollback, or with another one, an older product is refused before anything is changed`() {
    let others = [
      nil, token("0.0.8"), token(instead: old.code), token(instead: "\(new.code);\(old.code)"),
      token(expires: InstallerModel.now), token() + " ", " " + token(), token() + "0x", "", "1",
      token().replacing("0a", with: "0A"), token().replacing("0a0a", with: "0a0"),
    ]
    for other in others {
      var model = newerInstalled(rollback: other)
      let before = seen(model)
      run(&model, old, succeeds: false)
      #expect(seen(model) == before && model.called.isEmpty && model.changes == 0, "\(other ?? "none")")
      #expect(
        model.system.state.registry[RollbackToken.key]?[RollbackToken.name] == other.map { RegistryData(text: $0) })
    }
  }

  @Test func `a rollback that an upgrade has overtaken is gone`() {
    var model = withTunnels(installed())
    model.system.state.registry[RollbackToken.key, default: [:]][RollbackToken.name] = RegistryData(text: token())
    run(&model, new)
    run(&model, old, succeeds: false)
    #expect(model.system.state.registry[RollbackToken.key]?[RollbackToken.name] == nil)
  }

  @Test func `the model notices files that stay newer than their product`() {
    var database = old.database
    database["InstallExecuteSequence"].rows.removeAll { $0[0] == "GoBackMode" }
    var model = newerInstalled(rollback: token())
    run(&model, Package(build: old.build, database: database, driver: old.driver))
    #expect(Set(model.machine.content.values) == ["0.0.9", "0.1.0"])
  }

  @Test func `the model notices tunnels in the way`() {
    var database = new.database
    database["InstallExecuteSequence"].rows.removeAll { $0[0] == "PauseTunnels" }
    var model = withTunnels(installed())
    run(&model, Package(build: new.build, database: database, driver: new.driver))
    #expect(model.inTheWay == ["NeedletailTunnel$office"])
  }

  @Test func `what rolls back is called in reverse order`() {
    var model = installed()
    model.failing = 1_000
    run(&model, new)
    #expect(model.called == ["PauseTunnels", "InstallDriver", "Commit"])
    var last = installed()
    last.failing = model.changes
    run(&last, new, succeeds: false)
    #expect(last.called == ["PauseTunnels", "InstallDriver", "RollBackInstallDriver", "RollBackPauseTunnels"])
  }

  @Test func `the model notices a way back that is missing`() throws {
    // The same package without the rollback action: what the driver store has is not taken back.
    var database = new.database
    database["InstallExecuteSequence"].rows.removeAll { $0[0] == "InstallDriverRollback" }
    var whole = installed()
    run(&whole, new)
    var broken = installed()
    broken.failing = whole.changes
    let before = seen(broken)
    run(&broken, Package(build: new.build, database: database, driver: new.driver), succeeds: false)
    #expect(seen(broken) != before)
  }
}
