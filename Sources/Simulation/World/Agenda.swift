internal import Tunnel

/// What will happen in a world, and when.
struct Agenda {
  private struct Item {
    let at: Instant
    let action: (World) -> Void
  }

  /// The latest first.
  private var items: [Item] = []

  /// When the next thing is due.
  var next: Instant { items.last?.at ?? .distantFuture }

  /// How many things are due at `now`, counted up to a few.
  func dueCount(at now: Instant) -> Int { items.suffix(4).count { $0.at <= now } }

  /// Has `action` done at `instant`, after what is to be done then already.
  mutating func add(at instant: Instant, _ action: @escaping (World) -> Void) {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle].at > instant { low = middle + 1 } else { high = middle }
    }
    items.insert(Item(at: instant, action: action), at: low)
  }

  /// Takes the next thing to do; there is one.
  mutating func removeFirst() -> (World) -> Void { items.removeLast().action }
}
