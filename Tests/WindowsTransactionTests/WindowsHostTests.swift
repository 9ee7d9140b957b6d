import Testing
import Transaction

@testable import WindowsTransaction

/// Every step of Windows' goes both ways, whatever fails wherever.
struct WindowsHostTests {
  static let inf = "C:\\Program Files\\Needletail\\Driver\\needletail.inf"
  static let old = DriverPackage(inf: "oem7.inf", date: 100, number: 1)
  static let new = DriverPackage(inf: inf, date: 200, number: 2)

  /// A Windows with the older driver, and an adapter that uses it.
  static func system() -> ModelSystem {
    var system = ModelSystem()
    system.state.store = ["oem7.inf": old]
    system.state.adapters = ["Office": .init(driver: "oem7.inf", configuration: "a key and a peer")]
    system.state.files = [inf: new]
    system.state.services = ["Tunnel": .running, "Other": .stopped, "Third": .running]
    system.state.registry = [
      "SOFTWARE\\Needletail": ["Driver": RegistryData(type: 4, bytes: [1, 0, 0, 0])],
      "SOFTWARE\\Needletail\\Started": [:],
    ]
    system.state.folders = ["C:\\Windows\\Needletail.channel"]
    return system
  }

  static let plans: [[Action]] = [
    InstallerAction.installDriver.steps(path: inf), InstallerAction.installDriver.steps(path: inf, isGoingBack: true),
    InstallerAction.removeDriver.steps(path: ""),
    [
      .service(name: "Tunnel", state: .stopped), .service(name: "Other", state: .running),
      .setting(key: "SOFTWARE\\Fresh", name: "A", data: "text"),
      .run(command: ["tool", "on"], inverse: ["tool", "off"]),
      .setting(key: "SOFTWARE\\Needletail", name: "Driver", data: nil),
    ],
    [
      .channelArrival(folder: "C:\\Windows\\Needletail.channel"),
      .pause(service: "Tunnel"), .pause(service: "Other"), .pause(service: "None"),
      .service(name: "Third", state: .absent), .service(name: "Other", state: .absent),
      .service(name: "None", state: .absent), .channelRemoval(folder: "C:\\Windows\\Needletail.channel"),
    ],
  ]

  func run(_ steps: [Action], on system: ModelSystem) -> (outcome: Outcome, system: ModelSystem) {
    var transaction = Transaction(host: WindowsHost(system: system))
    let outcome = transaction.run(steps, purpose: "a test")
    return (outcome, transaction.host.system)
  }

  func recovered(_ system: ModelSystem, fault: ModelSystem.Fault = .none) -> ModelSystem {
    var transaction = Transaction(host: WindowsHost(system: system.restarted("x", fault: fault)))
    _ = transaction.recover()
    return transaction.host.system
  }

  /// Programs and their inverses are counted by nobody: they may run again.
  func seen(_ system: ModelSystem) -> (ModelSystem.State, [String: String]) {
    var state = system.state
    state.programs = []
    let versions = state.versions
    (state.store, state.adapters) = ([:], [:])
    return (state, versions)
  }

  @Test(arguments: plans)
  func `a crash at any call leaves the old or the new`(steps: [Action]) {
    let before = Self.system().restarted("x")
    let done = run(steps, on: before)
    #expect(done.outcome == .done && done.system.journals.isEmpty && done.system.kept.isEmpty)
    let count = done.system.calls
    #expect(count > 5)
    var ends = [false, false]
    for call in 1...count {
      for fault in [ModelSystem.Fault.crash(call), .tear(call)] {
        for again in 1...count {
          let broken = run(steps, on: Self.system().restarted("x", fault: fault)).system
          let end = recovered(recovered(broken, fault: .crash(again)))
          let isOld = seen(end) == seen(before)
          let isNew = seen(end) == seen(done.system)
          #expect(isOld || isNew, "\(fault), again at \(again): \(seen(end))")
          #expect(end.journals.isEmpty && end.kept.isEmpty, "\(fault), again at \(again)")
          ends[isOld ? 0 : 1] = true
        }
      }
    }
    #expect(ends == [true, true])
  }

  @Test(arguments: plans)
  func `a failure at any call is taken back, or can be`(steps: [Action]) {
    let before = Self.system().restarted("x")
    let count = run(steps, on: before).system.calls
    for call in 1...count {
      let broken = run(steps, on: Self.system().restarted("x", fault: .failure(call)))
      // Who does not start again is told of, and fails nothing.
      if broken.outcome == .done && !broken.system.notes.lines.isEmpty { continue }
      #expect(broken.outcome != .done, "call \(call)")
      let end = recovered(broken.system)
      #expect(seen(end) == seen(before) || seen(end) == seen(run(steps, on: before).system), "call \(call)")
      #expect(end.journals.isEmpty && end.kept.isEmpty, "call \(call)")
    }
  }

  @Test func `an upgrade gives adapters the new driver and their configuration, and removes the older`() {
    let end = run(Self.plans[0], on: Self.system().restarted("x")).system
    #expect(end.state.store.values.map(\.number) == [2])
    let adapter = end.state.adapters["Office"]!
    #expect(end.state.store[adapter.driver]?.number == 2 && adapter.configuration == "a key and a peer")
  }

  @Test func `the older packages are there until nothing can fail`() {
    var transaction = Transaction(host: WindowsHost(system: Self.system().restarted("x")))
    #expect(transaction.perform(Self.plans[0], purpose: "a test") == .ready)
    #expect(Set(transaction.host.system.state.store.values.map(\.number)) == [1, 2])
    #expect(transaction.commit() == .done)
    #expect(transaction.host.system.state.store.values.map(\.number) == [2])
  }

  @Test(arguments: [
    DriverPackage(inf: "oem1.inf", date: 200, number: 2), DriverPackage(inf: "oem1.inf", date: 201, number: 0),
  ])
  func `a package that is as new or newer is used as it is`(package: DriverPackage) {
    var system = Self.system()
    system.state.store["oem1.inf"] = package
    let before = system.state.store
    for steps in [Self.plans[0]] {
      let done = run(steps, on: system.restarted("x"))
      #expect(done.outcome == .done && done.system.state.store == before)
      var half = Transaction(host: WindowsHost(system: system.restarted("x")))
      #expect(half.perform(steps, purpose: "a test") == .ready)
      _ = half.recover()
      #expect(half.host.system.state.store == before)
    }
  }

  @Test(arguments: [false, true])
  func `a rollback leaves a newer package, whether its own is in the store already or not`(isStaged: Bool) {
    var system = Self.system()
    system.state.store["oem8.inf"] = DriverPackage(inf: "oem8.inf", date: 300, number: 3)
    system.state.adapters["Office"]?.driver = "oem8.inf"
    if isStaged { system.state.store["oem9.inf"] = DriverPackage(inf: "oem9.inf", date: 200, number: 2) }
    let before = seen(system)
    let end = run([.returnToDriver(inf: Self.inf)], on: system.restarted("x"))
    #expect(end.outcome == .done && end.system.state.store.values.map(\.number) == [2])
    #expect(end.system.state.store[end.system.state.adapters["Office"]?.driver ?? ""]?.number == 2)
    for call in 1...end.system.calls {
      let broken = run([.returnToDriver(inf: Self.inf)], on: system.restarted("x", fault: .crash(call))).system
      let ended = recovered(broken)
      #expect(seen(ended) == before || seen(ended) == seen(end.system), "call \(call)")
    }
  }

  @Test func `of several older packages the newest is the way back`() {
    var system = Self.system()
    system.state.store["oem1.inf"] = DriverPackage(inf: "oem1.inf", date: 150, number: 9)
    system.state.store["oem2.inf"] = DriverPackage(inf: "oem2.inf", date: 50, number: 9)
    var transaction = Transaction(host: WindowsHost(system: system.restarted("x")))
    #expect(transaction.perform(Self.plans[0], purpose: "a test") == .ready)
    _ = transaction.recover()
    #expect(transaction.host.system.state.adapters["Office"]?.driver == "oem1.inf")
    #expect(transaction.host.system.state.store == system.state.store)
  }

  @Test func `a driver that other programs use stays when the product goes, without an error`() {
    let end = run(Self.plans[2], on: Self.system().restarted("x"))
    #expect(end.outcome == .done)
    #expect(end.system.state.store == Self.system().state.store)
    #expect(end.system.kept.isEmpty)
  }

  @Test func `without adapters the driver goes, and comes back when the removal fails`() {
    var system = Self.system()
    system.state.adapters = [:]
    #expect(run(Self.plans[2], on: system.restarted("x")).system.state.store.isEmpty)
    let failed = run(Self.plans[2] + [.run(command: ["fail"], inverse: [])], on: system.restarted("x"))
    #expect(failed.system.state.versions == system.state.versions && failed.system.kept.isEmpty)
  }

  @Test(arguments: [
    Action.copy(source: "a", target: "b"), .remove("a"), .redirect(link: "a", destination: "b"),
    .service(name: "None", state: .stopped), .service(name: "None", state: .running), .stageDriver(inf: "nowhere"),
    .special(kind: "something", words: ["C:\\"]),
  ])
  func `what is not done here is refused, and nothing has changed`(action: Action) {
    let end = run([action], on: Self.system().restarted("x"))
    guard case .undone(let failure) = end.outcome else {
      Issue.record("\(end.outcome)")
      return
    }
    #expect(!failure.reason.isEmpty)
    #expect(end.system.state == Self.system().state && end.system.journals.isEmpty)
  }

  @Test func `a memento that is none stops everything`() {
    var host = WindowsHost(system: Self.system().restarted("x"))
    for fields in [[], ["replaces"], ["replaces", "a", "1"], ["replaces", "a", "x", "1"], ["value", "1", "0"]] {
      let memento = Memento(fields)
      #expect(throws: ActionFailure.self) { try host.undo(.stageDriver(inf: Self.inf), memento) }
      #expect(throws: ActionFailure.self) { try host.undo(.service(name: "Tunnel", state: .running), memento) }
      #expect(throws: ActionFailure.self) { try host.undo(.pause(service: "Tunnel"), memento) }
      #expect(throws: ActionFailure.self) { try host.settle(.pause(service: "Tunnel"), memento) }
      if fields.isEmpty {
        #expect(throws: ActionFailure.self) { try host.undo(.channelArrival(folder: "x"), memento) }
      }
      if fields.first != "replaces" {
        #expect(throws: ActionFailure.self) { try host.undo(.setting(key: "k", name: "n", data: nil), memento) }
      }
    }
  }

  @Test func `every word of a memento comes back as it was, and nothing else does`() {
    let bytes = (0...255).map { UInt8($0) }
    #expect(Words.bytes(Words.digits(bytes)) == bytes)
    for bad in ["0", "0g", "A0", "é0", " 00"] { #expect(Words.bytes(bad) == nil, "\(bad)") }
    let packages = [Self.old, Self.new]
    #expect(Words.packages(Words.words(of: packages)[...]) == packages)
    #expect(Words.packages(["a", "-1", "1"]) == nil && Words.packages(["a", "1"]) == nil)
  }
}
