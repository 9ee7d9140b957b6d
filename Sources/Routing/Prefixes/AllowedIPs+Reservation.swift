public import Containers
public import Octets

// A change of many prefixes that must happen whole or not at all. First every prefix it will give to somebody is
// reserved: one that is not in the table is entered and belongs to nobody. From then on no removal gives a record back,
// it only leaves it to nobody, so whatever order the change takes, giving a reserved prefix needs no memory. At the end
// what still belongs to nobody goes. Nobody may look anything up in between.
extension AllowedIPs {
  /// Begins a change, or goes on with it: makes room for owners below `ownerCount`. On an error no owner's prefixes
  /// have changed, and `endReservation` takes back what was reserved so far.
  public mutating func reserve(ownerCount: Int) throws(StorageError) {
    isReserving = true
    try owners.reserve(count: ownerCount)
    while owners.count < ownerCount { owners.append(Possession()) }
  }

  /// Makes sure that `insert` of this prefix cannot fail until `endReservation`.
  public mutating func reserve(_ prefix: Prefix) throws(StorageError) {
    isReserving = true
    let (link, isNew) = try makeRecord(of: prefix, owner: Self.nobody)
    if isNew { append(link, to: Self.nobody) }
  }

  /// Ends the change: what belongs to nobody leaves the table. Cost grows with its number.
  public mutating func endReservation() {
    isReserving = false
    while withheld.first != .none { removeRecord(withheld.first) }
    checkInvariants()
  }
}
