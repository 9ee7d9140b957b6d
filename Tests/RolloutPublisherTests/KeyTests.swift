import Foundation
import Octets
import RolloutMetadata
import RolloutPublisher
import Testing

struct KeyTests {
  @Test func `a key is written for its owner alone, and read back the same`() throws {
    let desk = try Desk()
    let key = try SecretKey.generate()
    try key.write(to: desk.path("k"))
    let attributes = try FileManager.default.attributesOfItem(atPath: desk.path("k"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let again = try SecretKey(file: desk.path("k"))
    #expect(again.publicKey == key.publicKey)
    #expect(try PublicKey(file: desk.path("k")) == key.publicKey)
    #expect(try PublicKey(file: desk.path("k.pub")) == key.publicKey)
    #expect(again.sign([1, 2, 3]) == key.sign([1, 2, 3]))
    var envelope = Envelope(payload: [1], payloadType: Role.brake.payloadType)
    envelope.signatures = [.init(key: key.publicKey.identifier, bytes: key.sign(envelope.signedBytes))]
    try envelope.verify(RoleKeys([key.publicKey], threshold: 1), as: .brake)
  }

  @Test func `two keys are never the same`() throws {
    let first = try SecretKey.generate()
    let second = try SecretKey.generate()
    #expect(first.publicKey != second.publicKey)
  }

  @Test func `a key is never overwritten`() throws {
    let desk = try Desk()
    let first = try desk.makeKey("k")
    #expect(thrown { () throws(PublisherError) in try desk.makeKey("k") }?.status == .failure)
    #expect(try PublicKey(file: desk.path("k")) == first)
  }

  @Test(arguments: [0o640, 0o604, 0o660, 0o644])
  func `a key that others may read is refused`(mode: Int) throws {
    let desk = try Desk()
    _ = try desk.makeKey("k")
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: desk.path("k"))
    let error = thrown { () throws(PublisherError) in try SecretKey(file: desk.path("k")).publicKey }
    #expect(error?.status == .notPermitted)
    #expect(error?.description.contains("0600") == true)
  }

  @Test func `what is no key is refused`() throws {
    let desk = try Desk()
    _ = try desk.makeKey("k")
    let text = try String(contentsOfFile: desk.path("k"), encoding: .utf8)
    for changed in [
      "", "x", text + "x", String(text.dropLast(2)), text.replacing("key 1", with: "key 2"), text.uppercased(),
    ] {
      let path = try desk.write(changed, to: "wrong")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      let isFine = changed.hasPrefix("needletail secret key 1") && changed.utf8.count == text.utf8.count
      let error = thrown { () throws(PublisherError) in try SecretKey(file: path).publicKey }
      #expect((error == nil) == isFine, "\(changed.prefix(30))")
    }
    #expect(
      thrown { () throws(PublisherError) in try SecretKey(file: desk.path("none")).publicKey }?.status == .failure)
    try FileManager.default.createSymbolicLink(atPath: desk.path("link"), withDestinationPath: desk.path("k"))
    #expect(thrown { () throws(PublisherError) in try SecretKey(file: desk.path("link")).publicKey } != nil)
    for wrong in ["", "abc", String(repeating: "A", count: 64), String(repeating: "a", count: 65)] {
      _ = try desk.write(wrong, to: "wrong.pub")
      #expect(thrown { () throws(PublisherError) in try PublicKey(file: desk.path("wrong")) }?.status == .malformed)
    }
  }
}
