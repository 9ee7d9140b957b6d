/// Wald's sequential probability ratio test on the outcomes that clients report by beacon: is the failure rate the
/// background's, or a defect's?
public struct SequentialTest: Equatable, Sendable, Codable {
  /// The failure rate that is nobody's fault, and the one that must not pass.
  public var background: Double
  /// The failure rate of a release that must not pass.
  public var defect: Double
  /// The chance of failing a good release.
  public var alpha: Double
  /// The chance of clearing a bad one.
  public var beta: Double
  /// The exposures after which a test without a decision has come to no end.
  public var limit: Int

  /// Rates and chances in (0, 1), `background` < `defect`.
  public init(
    background: Double = 2e-5, defect: Double = 2e-4, alpha: Double = 0.001, beta: Double = 0.05, limit: Int = 250_000
  ) {
    self.background = background
    self.defect = defect
    self.alpha = alpha
    self.beta = beta
    self.limit = limit
  }

  /// What the outcomes so far say.
  public enum Decision: String, Sendable, Codable {
    case failed, cleared, inconclusive
  }

  /// At or above this the release has failed.
  public var upper: Double { ElementaryFunctions.logarithm((1 - beta) / alpha) }
  /// At or below this it is cleared.
  public var lower: Double { ElementaryFunctions.logarithm(beta / (1 - alpha)) }
  /// What a failure adds.
  public var perFailure: Double { ElementaryFunctions.logarithm(defect / background) }
  /// What an install without one takes away; negative.
  public var perPass: Double { ElementaryFunctions.logarithm((1 - defect) / (1 - background)) }

  /// The logarithm of the likelihood ratio after `exposures` installs, `failures` of which failed.
  public func ratio(failures: Int, exposures: Int) -> Double {
    Double(failures) * perFailure + Double(max(0, exposures - failures)) * perPass
  }

  /// The decision at that point.
  public func decision(failures: Int, exposures: Int) -> Decision {
    let ratio = ratio(failures: failures, exposures: exposures)
    return ratio >= upper ? .failed : ratio <= lower ? .cleared : .inconclusive
  }
}
