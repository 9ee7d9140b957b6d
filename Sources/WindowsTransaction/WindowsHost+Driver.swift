internal import Transaction

// The driver store. A package that replaces others is added and used first; the others stay in the store until nothing
// can fail any more, so that the way back is to use one of them again.
extension WindowsHost {
  /// One word when nothing is to be done; else a word, the package itself, and those that it replaces, the newest first.
  func prepareDriver(_ inf: String, isGoingBack: Bool) throws(ActionFailure) -> Memento {
    let own = try system.driverPackage(inf: inf)
    var others: [DriverPackage] = []
    var isStaged = false
    for package in try system.driverPackages() {
      if package.isSameVersion(as: own) {
        isStaged = true
        continue
      }
      // A driver that is newer than the product serves it.
      guard isGoingBack || package.isOlder(than: own) else { return Memento([Words.present]) }
      let place = others.firstIndex { $0.isOlder(than: package) } ?? others.count
      others.insert(package, at: place)
    }
    // Windows has taken it already: it prefers the newest.
    if isStaged, others.first.map({ $0.isOlder(than: own) }) ?? true { return Memento([Words.present]) }
    return Memento([isStaged ? Words.returns : Words.replaces] + Words.words(of: [own] + others))
  }

  mutating func performDriver(_ inf: String, _ memento: Memento) throws(ActionFailure) {
    guard let replacement = try replacement(memento) else { return }
    if try staged(replacement.own) == nil { try system.addDriver(inf: inf) }
    guard let own = try staged(replacement.own) else {
      throw ActionFailure("the driver store does not have the package that was added: " + inf)
    }
    try system.useDriver(own)
  }

  mutating func undoDriver(_ memento: Memento) throws(ActionFailure) {
    guard let replacement = try replacement(memento), let own = try staged(replacement.own) else { return }
    // One that somebody else has removed meanwhile is no way back.
    let packages = try system.driverPackages()
    if let last = replacement.older.first(where: { packages.contains($0) }) { try system.useDriver(last) }
    // One that was there before stays.
    if !replacement.isStaged { _ = try system.removeDriver(own, force: true) }
  }

  mutating func settleDriver(_ memento: Memento) throws(ActionFailure) {
    guard let older = try replacement(memento)?.older else { return }
    let packages = try system.driverPackages()
    for package in older where packages.contains(package) { _ = try system.removeDriver(package, force: true) }
  }

  /// A step's package and those that it replaces; nil when there was nothing to do.
  private func replacement(
    _ memento: Memento
  ) throws(ActionFailure) -> (own: DriverPackage, older: [DriverPackage], isStaged: Bool)? {
    guard let first = memento.fields.first else { throw damaged }
    if Words.isSame(first, Words.present) { return nil }
    guard let packages = Words.packages(memento.fields.dropFirst()), let own = packages.first else { throw damaged }
    return (own, Array(packages.dropFirst()), Words.isSame(first, Words.returns))
  }

  /// The package in the store that is of a version.
  private func staged(_ own: DriverPackage) throws(ActionFailure) -> DriverPackage? {
    try system.driverPackages().first { $0.isSameVersion(as: own) }
  }
}

// Removal: each package is copied before it goes.
extension WindowsHost {
  private func withdrawn(_ memento: Memento) throws(ActionFailure) -> [DriverPackage] {
    guard let packages = Words.packages(memento.fields[...]) else { throw damaged }
    return packages
  }

  mutating func performWithdrawal(_ memento: Memento) throws(ActionFailure) {
    let packages = try system.driverPackages()
    for (number, package) in try withdrawn(memento).enumerated() where packages.contains(package) {
      try system.keepDriver(package, number: number)
      // One that stays is used by adapters of programs that brought it along themselves, and is theirs from here on.
      _ = try system.removeDriver(package, force: false)
    }
  }

  mutating func undoWithdrawal(_ memento: Memento) throws(ActionFailure) {
    let packages = try system.driverPackages()
    for (number, package) in try withdrawn(memento).enumerated()
    where !packages.contains(where: { $0.isSameVersion(as: package) }) {
      try system.putBackDriver(number: number)
    }
    try system.forgetDrivers()
  }
}
