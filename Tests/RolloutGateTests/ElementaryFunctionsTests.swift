import Foundation
import RolloutGate
import Testing

struct ElementaryFunctionsTests {
  @Test func `logarithm and exponential are those of the mathematical library to four units in the last place`() {
    var x = 1e-300
    while x < 1e300 {
      let own = ElementaryFunctions.logarithm(x)
      #expect(abs(own - log(x)) <= 4 * log(x).ulp, "ln \(x)")
      x *= 1.37
    }
    var y = -700.0
    while y < 709 {
      let own = ElementaryFunctions.exponential(y)
      #expect(abs(own - exp(y)) <= 4 * exp(y).ulp, "exp \(y)")
      y += 0.731
    }
  }

  @Test func `the edges of the range are as they should be`() {
    #expect(ElementaryFunctions.logarithm(1) == 0)
    #expect(ElementaryFunctions.logarithm(0) == -.infinity)
    #expect(ElementaryFunctions.logarithm(-1).isNaN)
    #expect(ElementaryFunctions.logarithm(.infinity) == .infinity)
    #expect(ElementaryFunctions.exponential(0) == 1)
    #expect(ElementaryFunctions.exponential(-1000) == 0)
    #expect(ElementaryFunctions.exponential(1000) == .infinity)
    #expect(ElementaryFunctions.exponential(-740) > 0)
  }

  @Test func `the bits are these on every machine`() {
    // Frozen: a compiler that fused or reordered the operations would change the last bits.
    let values = [0.05, 0.001, 3.0, 1e-9, 123_456.789]
    #expect(
      values.map { ElementaryFunctions.logarithm($0).bitPattern } == [
        0xc007_f742_7b73_e391, 0xc01b_a18a_998f_ffa0, 0x3ff1_93ea_7aad_030b, 0xc034_b927_f32b_ffb8,
        0x4027_7281_cad8_a844,
      ])
  }
}
