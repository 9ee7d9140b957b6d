internal import CLinuxTunnel

// SAFETY, for both: the text is terminated, or its length is told, and it lives for the call.
extension DaemonLog {
  /// Writes a line to standard error, for the person who started the process.
  public static func complain(_ line: String) { writeToError(line + "\n") }

  static func writeToError(_ line: String) {
    var line = line
    line.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { text in
        if let base = text.baseAddress { unsafe linux_log_error(base, UInt32(text.count)) }
      }
    }
  }

  static func writeToSystem(_ priority: Int, _ line: String) {
    unsafe linux_log_system(CInt(priority), line)
  }

  /// Whether standard error leads to the system's journal.
  public static var errorIsJournal: Bool { linux_process_logs_to_journal() }
}
