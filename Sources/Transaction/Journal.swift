/// What a journal tells of a transaction that a crash has left.
struct Journal: Equatable {
  /// What it was for.
  var purpose = ""
  /// The steps that may have been performed, in their order.
  var steps: [Step] = []
  /// Whether there is no way back any more.
  var isCommitted = false

  struct Step: Equatable {
    let action: Action
    let memento: Memento
  }

  /// Most bytes of a journal: more is refused when it is written.
  static let byteLimit = 1 << 20

  /// Reads what there is. A line that was not written to its end was not followed by its step, so it counts for nothing;
  /// only a remark on the way back may have been written behind it.
  ///
  /// - Returns: nil when there is no transaction: no line, or a first one that was never finished.
  /// - Throws: when the journal is not what `Transaction` writes: then nothing may be done on its account.
  static func read(_ bytes: [UInt8]) throws(ActionFailure) -> Journal? {
    var journal = Journal()
    var isTorn = false
    let lines = bytes.split(separator: JournalText.newline, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() where number < lines.count - 1 || !line.isEmpty {
      let record = number < lines.count - 1 ? JournalRecord(line: line) : nil
      switch record {
      case .begin(let purpose) where number == 0: journal.purpose = purpose
      case .step(journal.steps.count, let action, let memento) where number > 0 && !journal.isCommitted && !isTorn:
        journal.steps.append(Step(action: action, memento: memento))
      case .commit where number > 0 && !isTorn: journal.isCommitted = true
      case .back where number > 0: break
      case nil where number == 0 && lines.count <= 2: return nil
      case nil where number > 0: isTorn = true
      default:
        let place = "the journal is damaged in line \(number + 1)"
        throw ActionFailure(place + ": mend the installation by hand, then remove it")
      }
    }
    return lines.count > 1 ? journal : nil
  }
}
