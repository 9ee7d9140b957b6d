import Cryptography
import Octets

/// Calls each kernel once with secrets made from `seed`, and the planted leaks: what `trace.py` follows.
func runOnce(length: Int, seed: UInt8) {
  var differences: UInt64 = 0
  CipherKernel.forEach(.detect()) { kernel in
    let key = Secret(32, seed: seed)
    Secret(length + 16, seed: seed &* 3).write {
      kernel.seal(key: key.bytes, counter: 5, frame: &$0, offset: 0, length: length)
      differences |= kernel.openUnjudged(key: key.bytes, counter: 6, frame: &$0, offset: 0, length: length + 16)
    }
  }
  precondition(differences != 0)
  plantedBranch(Secret(1, seed: seed))
  precondition(plantedAddress(Secret(1, seed: seed)) == seed)
}

/// Branches on a secret.
@inline(never)
func plantedBranch(_ secret: Secret) {
  if secret.bytes.octet(at: 0) & 1 == 1 { print("an odd secret") }
}

/// Reads a table at a secret place.
@inline(never)
func plantedAddress(_ secret: Secret) -> UInt8 {
  let table = [UInt8](0...255)
  return table[Int(secret.bytes.octet(at: 0))]
}
