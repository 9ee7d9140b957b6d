internal import ConfigurationFile
internal import Glibc
internal import Octets
internal import Transaction
internal import TunnelPlan
internal import TunnelReport

/// A tunnel's file, written from the state that it has.
enum SavedFile {
  /// The file: what of `document` no tunnel knows, what it says of a guard, the interface's addresses and MTU, and keys, port, mark and peers as they
  /// are. A mark that bringing the tunnel up has chosen is not in it.
  ///
  /// - Parameter live: what `wg showconf` prints.
  static func page(
    _ document: ConfigurationDocument, settings: GuardSettings = GuardSettings(), live: SecretBytes,
    addresses: [String], mtu: UInt32?
  ) -> SecretBytes {
    let interface = document.interface
    let given = interface.addresses.map { $0.text }
    var lines =
      settings.lines + addresses.filter { given.contains($0) || !$0.hasPrefix("fe80:") }.map { "Address = \($0)" }
    lines += interface.dns.map { "DNS = \($0.text)" }
    if interface.mtu != nil, let mtu { lines.append("MTU = \(mtu)") }
    if let table = interface.table { lines.append("Table = \(table.text)") }
    if interface.saveConfig == true { lines.append("SaveConfig = true") }
    for (key, hooks) in [
      ("PreUp", interface.preUp), ("PostUp", interface.postUp), ("PreDown", interface.preDown),
      ("PostDown", interface.postDown),
    ] {
      lines += hooks.map { "\(key) = \($0)" }
    }
    let page = SecretBytes(capacity: 1 << 16)
    page.append("[Interface]\n")
    for line in lines { page.append(line + "\n") }
    let isMarked = (interface.fwmark ?? 0) != 0
    live.withBytes { bytes in
      var place = 0
      while place < bytes.byteCount {
        let start = place
        while place < bytes.byteCount && bytes.octet(at: place) != UInt8(ascii: "\n") { place += 1 }
        place = min(place + 1, bytes.byteCount)
        let line = bytes.extracting(start..<place)
        if line.begins(with: "[Interface]") || (line.begins(with: "FwMark") && !isMarked) { continue }
        for index in 0..<line.byteCount { page.append(line.octet(at: index)) }
      }
    }
    return page
  }

  /// Replaces a file in one step; its owner and its rights stay. One that was not there is for its owner alone.
  static func write(_ page: SecretBytes, to path: String) throws(ActionFailure) {
    let fresh = path + ".needletail-new"
    // SAFETY: paths are terminated strings for their calls.
    unsafe unlink(fresh)
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("write", fresh) }
    defer { close(descriptor) }
    var isWritten = page.withBytes { bytes in
      // SAFETY: the pointer and the count are those of bytes that live for the call.
      unsafe bytes.withUnsafeBytes { buffer in
        var done = 0
        while done < buffer.count {
          let count = unsafe Glibc.write(descriptor, buffer.baseAddress! + done, buffer.count - done)
          if count < 0 && errno == EINTR { continue }
          if count <= 0 { return false }
          done += count
        }
        return true
      }
    }
    var status = stat()
    // SAFETY: the structure is ours for the call.
    if unsafe stat(path, &status) == 0 {
      isWritten =
        isWritten && fchown(descriptor, status.st_uid, status.st_gid) == 0
        && fchmod(descriptor, status.st_mode & 0o7777) == 0
    }
    guard isWritten, fsync(descriptor) == 0, unsafe rename(fresh, path) == 0 else {
      let fault = failure("write", path)
      unsafe unlink(fresh)
      throw fault
    }
  }

  private static func failure(_ verb: String, _ path: String) -> ActionFailure {
    ActionFailure("cannot \(verb) \(path): \(SystemText.lastError)")
  }
}

extension RawSpan {
  fileprivate func begins(with text: StaticString) -> Bool {
    let text = Array("\(text)".utf8)
    return byteCount >= text.count && text.indices.allSatisfy { octet(at: $0) == text[$0] }
  }
}
