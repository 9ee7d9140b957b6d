/// Lets so many tests at a time do work that loads the processors; the others wait in line.
///
/// Swift Testing starts all tests at once. Waiting for a timer costs nothing and needs no turn; setting up tunnels
/// and pushing data through them does, or every time limit would have to allow for the whole suite running at once.
actor Turnstile {
  /// For setting up tunnels and short exchanges.
  static let short = Turnstile(width: 4)

  /// For the same with the guest, whose one emulated processor would hold up the other line.
  static let guest = Turnstile(width: 2)

  /// For what fills a tunnel for seconds.
  static let heavy = Turnstile(width: 1)

  private var free: Int
  private var line: [CheckedContinuation<Void, Never>] = []

  init(width: Int) { free = width }

  nonisolated func pass<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { line.append($0) }
    }
  }

  private func leave() {
    if line.isEmpty {
      free += 1
    } else {
      line.removeFirst().resume()
    }
  }
}
