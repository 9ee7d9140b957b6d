public import Containers

/// Receiver indices: which handshake or session a 32-bit number of ours names.
///
/// Numbers are unique among live entries. The caller draws them at random (protocol.md §10), which also makes them
/// good hashes; a remote can only ask for numbers, not choose the ones in the table.
public struct IndexTable: ~Copyable {
  /// What an index names.
  @frozen
  public enum Kind: UInt8, BitwiseCopyable, Sendable {
    /// A handshake in progress: responses and cookie replies may name it.
    case handshake
    /// A session: data and cookie replies may name it.
    case session
  }

  /// What an index names, and where it is.
  @frozen
  public struct Entry: BitwiseCopyable, Sendable, Equatable {
    /// Handshake or session.
    public var kind: Kind
    /// Its element; the index of the handle is below 2^31.
    public var handle: Handle

    /// An entry.
    public init(_ kind: Kind, _ handle: Handle) {
      self.kind = kind
      self.handle = handle
    }

    /// The kind in the top bit of the handle's index.
    fileprivate var bits: UInt64 {
      precondition(handle.index < 1 << 31)
      return handle.bits | (kind == .session ? 1 << 31 : 0)
    }

    fileprivate init(bits: UInt64) {
      kind = bits & 1 << 31 != 0 ? .session : .handshake
      handle = Handle(bits: bits & ~(1 << 31))
    }
  }

  private var table: BucketTable

  /// An empty table that grows from `storage`.
  public init(storage: Storage) { table = BucketTable(storage: storage) }

  /// The number of live indices.
  public var count: Int { table.count }

  /// Enters `index`; false, and nothing has changed, when it is taken. On an error nothing has changed either.
  public mutating func insert(index: UInt32, _ entry: Entry) throws(StorageError) -> Bool {
    guard place(of: index) == nil else { return false }
    try table.insert(index, entry.bits)
    checkInvariants()
    return true
  }

  /// What `index` names.
  public func find(_ index: UInt32) -> Entry? {
    guard let place = place(of: index) else { return nil }
    return Entry(bits: table[place])
  }

  /// Makes `index` name something else; false when it names nothing.
  public mutating func replace(index: UInt32, with entry: Entry) -> Bool {
    guard let place = place(of: index) else { return false }
    table[place] = entry.bits
    return true
  }

  /// Forgets `index` and says what it named.
  @discardableResult
  public mutating func remove(_ index: UInt32) -> Entry? {
    guard let place = place(of: index) else { return nil }
    let entry = Entry(bits: table[place])
    table.remove(place, under: index)
    checkInvariants()
    return entry
  }

  @inline(__always)
  private func place(of index: UInt32) -> BucketTable.Place? { table.find(index) { _ in true } }

  /// Whether the table agrees with itself; walks everything.
  var isSound: Bool { table.isSound }

  private func checkInvariants() {
    #if Checked
    if count <= 64 { precondition(isSound) }
    #endif
  }
}
