import Cryptography

extension CipherKernel {
  /// The cipher kernel that `NEEDLETAIL_CIPHER` names, by default the fastest; nil when it names none that this processor
  /// has. The switch is for tests: all kernels have to carry what one carries.
  static func chosen(by environment: [String: String]) -> CipherKernel? {
    guard let name = environment["NEEDLETAIL_CIPHER"] else { return .best(.detect()) }
    var found: CipherKernel?
    forEach(.detect()) { kernel in
      if plain(name) == plain("\(kernel.name)") { found = kernel }
    }
    return found
  }

  /// A name as it is compared: "AVX-512" is written avx512 as well.
  private static func plain(_ name: String) -> String { name.lowercased().filter { $0 != "-" } }
}
