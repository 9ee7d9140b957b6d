internal import Transaction

// Channels' updates have a folder, which nobody else uses and the service that looks for them makes when it starts, and a
// key by which they notice a start of Windows. Windows Installer knows of neither.
extension Action {
  /// A folder that comes with an installation goes when that is taken back, if there is nothing in it.
  static func channelArrival(folder: String) -> Action { .special(kind: Words.arrival, words: [folder]) }

  /// Folder and key go when nothing can fail any more.
  static func channelRemoval(folder: String) -> Action { .special(kind: Words.removal, words: [folder]) }
}

extension WindowsHost {
  func prepareChannel(_ kind: String, _ words: [String]) throws(ActionFailure) -> Memento {
    let folder = try folder(kind, words)
    return Memento([try system.hasFolder(folder) ? Words.present : Words.nothing])
  }

  /// Neither changes anything as long as there is a way back.
  func performChannel(_ kind: String, _ words: [String]) throws(ActionFailure) { _ = try folder(kind, words) }

  mutating func undoChannel(_ kind: String, _ words: [String], _ memento: Memento) throws(ActionFailure) {
    let folder = try folder(kind, words)
    guard let found = memento.fields.first else { throw damaged }
    if Words.isSame(kind, Words.arrival) && Words.isSame(found, Words.nothing) {
      try system.removeFolder(folder, onlyIfEmpty: true)
    }
  }

  /// What resists is told and fails nothing: the product is gone.
  mutating func settleChannel(_ kind: String, _ words: [String]) throws(ActionFailure) {
    let folder = try folder(kind, words)
    guard Words.isSame(kind, Words.removal) else { return }
    do throws(ActionFailure) {
      try system.removeEmptyRegistryKey(InstallerAction.key + "\\Started")
      // Windows Installer has left it for the other's sake.
      try system.removeEmptyRegistryKey(InstallerAction.key)
      try system.removeFolder(folder, onlyIfEmpty: false)
    } catch {
      system.note(error.reason)
    }
  }

  private func folder(_ kind: String, _ words: [String]) throws(ActionFailure) -> String {
    guard Words.isSame(kind, Words.arrival) || Words.isSame(kind, Words.removal), let folder = words.first else {
      throw ActionFailure("not a step of this system")
    }
    return folder
  }
}
