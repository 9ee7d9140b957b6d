internal import Glibc

extension SystemState {
  /// Whether this network namespace has an interface of this name.
  static func hasInterface(_ name: String) -> Bool {
    // SAFETY: the name is a terminated string for the call.
    unsafe if_nametoindex(name) != 0
  }
}
