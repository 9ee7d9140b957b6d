internal import Timeline

/// Spreads initiations: at most one per `ProtocolTime.initiationSpacing`, after a burst. Without it a resume with
/// 100,000 peers would send 100,000 initiations at once.
struct InitiationPacer: BitwiseCopyable {
  /// When the next initiation would leave if all went evenly.
  var theoretical = Instant(nanoseconds: 0)

  /// The instant from which one more initiation may leave.
  var earliest: Instant {
    let head = ProtocolTime.initiationSpacing.nanoseconds &* UInt64(ProtocolTime.initiationBurst &- 1)
    return Instant(nanoseconds: theoretical.nanoseconds > head ? theoretical.nanoseconds &- head : 0)
  }

  /// Takes the right to send one initiation at `now`; `earliest` was not later.
  mutating func take(_ now: Instant) {
    theoretical = max(theoretical, now) + ProtocolTime.initiationSpacing
  }
}
