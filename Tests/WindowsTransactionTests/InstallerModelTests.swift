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
  func seen(_ model: InstallerModel) -> (InstallerModel.Machine, [String: String]) {
    (model.machine, model.system.state.versions)
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

  /// Runs with a failure at each change, and with a fault of the system at each of its calls, until a run is whole.
  func check(_ start: InstallerModel, _ package: Package, removing: Bool = false) -> InstallerModel {
    var whole = start
    run(&whole, package, removing: removing)
    #expect(whole.system.journals.isEmpty && whole.system.kept.isEmpty)
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

  @Test func `what rolls back is called in reverse order`() {
    var model = installed()
    model.failing = 1_000
    run(&model, new)
    #expect(model.called == ["InstallDriver", "Commit"])
    var last = installed()
    last.failing = model.changes
    run(&last, new, succeeds: false)
    #expect(last.called == ["InstallDriver", "RollBackInstallDriver"])
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
