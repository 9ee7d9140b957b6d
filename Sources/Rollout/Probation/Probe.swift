public import RolloutMetadata

/// What a look at a machine says.
public enum Probe: UInt8, Named, Sendable {
  /// The service started and stayed up.
  case service = 1
  /// The device opens, and is of the version that was staged.
  case device
  /// Every adapter is there, under its own identity.
  case adapters
  /// Every adapter has the configuration it had.
  case configuration
  /// Peers that were talking talk again.
  case handshakes
  /// Bytes move both ways.
  case transfer
  /// Nothing has crashed.
  case crashes
  /// Load and loss are like before.
  case load
  /// The machine starts as fast as before.
  case startTime
  /// Names are resolved, routes and firewall rules are there, and gone when they should be.
  case network

  /// The name.
  public var name: StaticString {
    switch self {
    case .service: "service"
    case .device: "device"
    case .adapters: "adapters"
    case .configuration: "configuration"
    case .handshakes: "handshakes"
    case .transfer: "transfer"
    case .crashes: "crashes"
    case .load: "load"
    case .startTime: "startTime"
    case .network: "network"
    }
  }
}

/// What came of one probe.
public struct ProbeResult: Equatable, Sendable {
  /// Whether it passed.
  public enum Outcome: UInt8, Sendable {
    case pass
    case fail
    /// It could not tell.
    case inconclusive
  }

  /// The probe.
  public let probe: Probe
  /// Whether it passed.
  public let outcome: Outcome
  /// Whether it could not tell because no peer was there to try with.
  public let isForLackOfTraffic: Bool

  /// What a probe that was asked elsewhere has said.
  public init(_ probe: Probe, _ outcome: Outcome, lackOfTraffic: Bool = false) {
    self.probe = probe
    self.outcome = outcome
    isForLackOfTraffic = lackOfTraffic
  }
}

extension ProbeResult {
  /// H1: it runs, and was not started a second time.
  public static func service(isRunning: Bool, restarts: UInt64) -> ProbeResult {
    ProbeResult(.service, isRunning && restarts < 2 ? .pass : .fail)
  }

  /// H2: a request is answered, by what was staged and not by what should have gone.
  public static func device(found: [UInt8]?, staged: [UInt8]) -> ProbeResult {
    ProbeResult(.device, found == staged ? .pass : .fail)
  }

  /// H3: none missing, none renamed. More than before is no failure.
  public static func adapters(before: [[UInt8]], after: [[UInt8]]) -> ProbeResult {
    ProbeResult(.adapters, before.allSatisfy(after.contains) ? .pass : .fail)
  }

  /// H4: digests of the canonical configurations, in the order of the adapters.
  public static func configuration(before: [[UInt8]], after: [[UInt8]]) -> ProbeResult {
    ProbeResult(.configuration, before == after ? .pass : .fail)
  }

  /// H5: of the peers that had a session before, so many have one again. That some have not may be the far ends' fault;
  /// that none has is ours.
  public static func handshakes(before: UInt64, recovered: UInt64) -> ProbeResult {
    if before == 0 { return ProbeResult(.handshakes, .inconclusive, lackOfTraffic: true) }
    return ProbeResult(.handshakes, recovered == 0 ? .fail : recovered < before ? .inconclusive : .pass)
  }

  /// H6: bytes sent and received by those peers since. Only sent: the answers do not come through.
  public static func transfer(sent: UInt64, received: UInt64) -> ProbeResult {
    if received > 0 && sent > 0 { return ProbeResult(.transfer, .pass) }
    return sent > 0
      ? ProbeResult(.transfer, .fail) : ProbeResult(.transfer, .inconclusive, lackOfTraffic: true)
  }

  /// H7: records of crashes since the serial took over.
  public static func crashes(newRecords: UInt64) -> ProbeResult {
    ProbeResult(.crashes, newRecords == 0 ? .pass : .fail)
  }

  /// H8: at most three times what it was; `floor` keeps a quiet machine's noise from counting.
  public static func load(before: UInt64, after: UInt64, floor: UInt64) -> ProbeResult {
    let (limit, isTooMuch) = max(before, floor).multipliedReportingOverflow(by: 3)
    return ProbeResult(.load, isTooMuch || after <= limit ? .pass : .fail)
  }

  /// H9: at most twice the median of the last five starts and at most 60 s more; without a history it cannot tell.
  public static func startTime(seconds: UInt64, history: [UInt64]) -> ProbeResult {
    let recent = history.suffix(5).sorted { $0 < $1 }
    guard !recent.isEmpty else { return ProbeResult(.startTime, .inconclusive, lackOfTraffic: true) }
    let median = recent[(recent.count - 1) / 2]
    let (twice, isTooMuch) = median.multipliedReportingOverflow(by: 2)
    let (more, isMuchMore) = median.addingReportingOverflow(60)
    return ProbeResult(.startTime, (isTooMuch || seconds <= twice) && (isMuchMore || seconds <= more) ? .pass : .fail)
  }

  /// H10: what names say, and whether routes and rules are where they should be and nowhere else.
  public static func network(namesResolve: Bool?, rulesMissing: Bool, rulesLeftOver: Bool) -> ProbeResult {
    ProbeResult(.network, namesResolve != false && !rulesMissing && !rulesLeftOver ? .pass : .fail)
  }
}
