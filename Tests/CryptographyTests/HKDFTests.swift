import Cryptography
import Testing

/// The expected values come from CPython's `hmac` and `hashlib`, which share no code with this module.
@Suite struct HKDFTests {
  @Test(
    arguments: [
      (0, 0, "eaf4bb25938f4d20e72656bbbc7a9bf63c0c18537333c35bdb67db1402661acd"),
      (1, 3, "2447fb7ff693116ef08cd0110e11e93dad94bf4fb301cddd669175c5ad6b1d30"),
      (16, 40, "6911e0509c13b6f43fe1ae1652c7ba363d5818062e1a12a26442773605942f0a"),
      (32, 32, "6ffb7eea181622b976a2c358dbe8a47850b87e487fa6828bcd770889de568efe"),
      (32, 33, "6b924fccfb6d457ed74c3b40fad2a8d1270c350de8af7e4db7fd52575ffbd79b"),
      (63, 64, "2f23bfa753a65d25fd6cb2d9ad7ae09d001544073bd129b07e37eda8a43e991a"),
      (64, 65, "20ed08d8a8f897a15101309caecf3bd2adb26ccbc9bd6241237a9dc2559ba7c4"),
      (65, 1, "8fba335a409edfeaaf3fff12847349b11b6179205ebd6622deb2d2c169ae7871"),
      (200, 200, "53f87cc15efe948d4b5ecc74d362a3e7f2a5e8a25c85a6a8e7c6d8b1ed6ab5b4"),
    ])
  func `HMAC is right around the block length of key and message`(_ keyLength: Int, _ length: Int, _ tag: String) {
    let key = (0..<keyLength).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) }
    let message = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 3 + 2) }
    #expect(hex(hmac(key, message)) == tag)
  }

  @Test(
    arguments: [
      (
        32,
        [
          "e3b7e038799447459d13f6cc03b71555c0b32ee93354ebe4526ec98bc53b20a4",
          "ca06d8e46b509266c7c0594805ffb9c256348a33c642381348f047e452d239e2",
          "5ee952936bec1473c13db1cc92b8d8ba5ad2df7c77f07478731d48aa5530a000",
        ]
      ),
      (
        0,
        [
          "7a38c34bf2b8738d7374ca77c44ecb309a11d2b2528304fa86052c365e722624",
          "1a17621f346abdc520746a9fb64d8eb03231d674fc15687537b0780fd9c060fd",
          "4eaf02809ac4b930ef63479de62275f1c55656e61f78a3cc653c18a2223d6c5f",
        ]
      ),
    ])
  func `three outputs are right for input and for none`(_ length: Int, _ outputs: [String]) {
    let input = (0..<length).map { UInt8($0 + 100) }
    #expect(hkdf([UInt8](0..<32), input).map(hex) == outputs)
  }

  @Test func `fewer outputs are the first of three`() {
    let key = [UInt8](0..<32)
    let input = [UInt8](50..<90)
    let all = hkdf(key, input)
    let one = HKDF.one(key: key.raw, input.raw)
    let two = HKDF.two(key: key.raw, input.raw)
    #expect([one.array] == [all[0]])
    #expect([two.0.array, two.1.array] == [all[0], all[1]])
  }
}
