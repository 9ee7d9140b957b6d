/// The system that a transaction changes, and the file that its journal lies in.
///
/// The three changing calls are idempotent: after a crash they are made again, whatever became of them the first time.
public protocol TransactionHost {
  /// The journal's bytes; empty when there is none.
  func journal() throws(ActionFailure) -> [UInt8]
  /// Adds to the journal. When this returns, the bytes outlast a loss of power.
  mutating func append(_ bytes: [UInt8]) throws(ActionFailure)
  /// Removes the journal, durably: nothing is under way any more.
  mutating func discardJournal() throws(ActionFailure)

  /// Looks at what `action`, step `step` of its transaction, will change. Changes nothing itself.
  func prepare(_ action: Action, step: Int) throws(ActionFailure) -> Memento
  /// Performs the action, durably.
  mutating func perform(_ action: Action, _ memento: Memento) throws(ActionFailure)
  /// Makes it as if the action had not been performed, whether it was, in part or not at all.
  mutating func undo(_ action: Action, _ memento: Memento) throws(ActionFailure)
  /// The action stays: throws away what was kept for taking it back.
  mutating func settle(_ action: Action, _ memento: Memento) throws(ActionFailure)
}
