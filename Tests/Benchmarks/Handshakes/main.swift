// Many initiators in one process, to measure a responder. They are the peers 0 ..< PEERS of every run: their keys
// follow from their numbers. PUBLIC is the responder's public key, 64 hexadecimal digits.
//
//   benchmark-handshakes keys PEERS                                     their public keys, one a line
//   benchmark-handshakes burst ADDRESS PORT PUBLIC PEERS COUNT WINDOW   COUNT handshakes, at most WINDOW at a time
//   benchmark-handshakes sessions ADDRESS PORT PUBLIC PEERS ROUNDS      ROUNDS handshakes of each peer
//
// Prints one JSON object. What an initiator computes is computed before and after a burst, so the machine has its
// processors for the responder; the answers are verified. In `sessions` each handshake but a peer's last is confirmed
// with a keepalive, so that the responder holds every session that the protocol lets it hold.

import Handshake
import Octets

let words = Array(CommandLine.arguments.dropFirst())

switch (words.first, words.count) {
case ("keys", 2):
  for number in 0..<Int(words[1])! { print(hexadecimal(Initiator.privateIdentity(number).publicKey)) }
case ("burst", 7):
  let crowd = try Crowd(address: words[1], port: words[2], responder: words[3], peerCount: words[4])
  try crowd.burst(count: Int(words[5])!, window: Int(words[6])!)
case ("sessions", 6):
  let crowd = try Crowd(address: words[1], port: words[2], responder: words[3], peerCount: words[4])
  try crowd.fill(rounds: Int(words[5])!)
default:
  fatalError("usage: see the head of main.swift")
}
