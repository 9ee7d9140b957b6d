/// Something that did not happen in the time it was given.
struct Late: Error, CustomStringConvertible {
  let what: String
  let patience: Duration
  var description: String { "not within \(patience): \(what)" }
}

/// Waits until `condition` holds, looking every `pause`; otherwise fails with `what` in words.
func eventually(
  _ what: String, within patience: Duration, every pause: Duration = .milliseconds(100),
  isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + patience
  while true {
    if try await condition() { return }
    guard ContinuousClock.now < end else { throw Late(what: what, patience: patience) }
    try await Task.sleep(for: pause)
  }
}
