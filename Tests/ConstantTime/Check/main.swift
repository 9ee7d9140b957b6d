// Runs the cryptography on secrets that valgrind's memcheck takes for uninitialised, so that each branch and each address
// that depends on one is reported. Fails on any report, and also when a planted leak is not reported. What memcheck cannot
// see: instructions whose time depends on their operands, and AVX-512, which it does not know: trace.py follows that.
//
//   valgrind check-constant-time
//   check-constant-time trace LENGTH SEED

import CMemcheck
import Cryptography
import Glibc
import Octets

if CommandLine.arguments.dropFirst().first == "trace", let length = Int(CommandLine.arguments[2]),
  let seed = UInt8(CommandLine.arguments[3])
{
  runOnce(length: length, seed: seed)
  exit(0)
}

guard memcheck_is_running() != 0 else {
  print("check-constant-time: run this under valgrind, built where valgrind's headers are installed")
  fatalError("nothing was checked")
}

var failures = 0

/// Runs `body` and counts what memcheck says meanwhile.
@MainActor
func check(_ name: String, expectingReport: Bool = false, _ body: () -> Void) {
  let before = memcheck_report_count()
  body()
  let reports = memcheck_report_count() - before
  let passed = expectingReport ? reports > 0 : reports == 0
  if !passed { failures += 1 }
  print("\(passed ? "passed" : "FAILED"): \(name), \(reports) reports")
}

let lengths = [0, 1, 15, 16, 17, 63, 64, 65, 192, 193, 200, 448, 449, 460, 960, 1024, 1420, 1421, 4096]

CipherKernel.forEach(.detect()) { kernel in
  check("kernel \(kernel.name) seals") {
    for length in lengths {
      let key = Secret(32)
      Secret(length + 16).write { kernel.seal(key: key.bytes, counter: 5, frame: &$0, offset: 0, length: length) }
    }
  }
  check("kernel \(kernel.name) opens") {
    for length in lengths {
      let key = Secret(32)
      Secret(length + 16).write {
        let difference = disclosed(
          kernel.openUnjudged(key: key.bytes, counter: 5, frame: &$0, offset: 0, length: length + 16))
        precondition(difference != 0)
      }
    }
  }
}

check("ChaCha20-Poly1305 and XChaCha20-Poly1305 seal") {
  for length in lengths {
    let key = Secret(32)
    let plaintext = Secret(length)
    let target = Secret(length + 16)
    let additional = Secret(32)
    target.write {
      ChaCha20Poly1305.seal(
        key: key.bytes, counter: 0, plaintext: plaintext.bytes, additional: additional.bytes, into: &$0, at: 0)
      XChaCha20Poly1305.seal(
        key: key.bytes, nonce: Secret(24).bytes, plaintext: plaintext.bytes, additional: additional.bytes, into: &$0,
        at: 0)
    }
  }
}
check("ChaCha20-Poly1305 compares a tag") {
  let nonce = CipherNonce(counter: 0)
  let difference = ChaCha20Poly1305.tagDifference(
    key: Secret(32).bytes, nonce: nonce, ciphertext: Secret(48).bytes, additional: Secret(32).bytes)
  precondition(disclosed(difference) != 0)
}
check("BLAKE2s, HMAC and HKDF") {
  for length in lengths {
    _ = BLAKE2s.hash(Secret(length).bytes)
    _ = BLAKE2s.mac16(key: Secret(32).bytes, Secret(length).bytes)
    _ = HKDF.three(key: Secret(32).bytes, Secret(length).bytes)
    _ = HMAC.authenticate(key: Secret(max(1, length)).bytes, Secret(length).bytes)
  }
}
check("SipHash") {
  let function = SipHash24(key: Octets16(Secret(16).bytes))
  let hash = disclosed(function.hash(Secret(21).bytes) ^ function.hash(1, 2))
  precondition(hash != 0)
}
check("X25519") {
  for seed in [1, 128] as [UInt8] {
    let product = disclosed(X25519.multiply(Secret(32, seed: seed).bytes, Secret(32, seed: 7).bytes))
    precondition(!product.isZero)
    let identity = disclosed(X25519.publicKey(Secret(32, seed: seed).bytes))
    precondition(!identity.isZero)
  }
}
check("comparisons of octets") {
  let left = Octets32(Secret(32).bytes)
  let right = Octets32(Secret(32).bytes)
  precondition(disclosed(left == right))
  precondition(!disclosed(left.isZero))
}

// The canaries: the two ways in which a leak looks to memcheck.
check("a planted branch on a secret", expectingReport: true) { plantedBranch(Secret(1)) }
check("a planted address from a secret", expectingReport: true) {
  precondition(disclosed(plantedAddress(Secret(1))) == 1)
}

print(failures == 0 ? "constant time: all passed" : "constant time: \(failures) failed")
precondition(failures == 0)
