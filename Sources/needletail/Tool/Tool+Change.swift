internal import ControlProtocol
internal import ToolInput
internal import TunnelControl
internal import TunnelReport

extension Tool {
  /// `set INTERFACE …`
  func set(_ arguments: [String]) -> Outcome {
    guard arguments.count >= 2 else {
      complain(usageOf: .set)
      return .failed
    }
    var change: DeviceChange
    do throws(Complaint) {
      change = try DeviceChange(arguments: Array(arguments.dropFirst()), host: lookup)
    } catch {
      return say(error)
    }
    defer { change.wipe() }
    return apply(change, to: arguments[0])
  }

  /// `setconf`, `addconf` and `syncconf INTERFACE FILE`
  func applyFile(_ verb: ToolVerb, _ arguments: [String]) -> Outcome {
    guard arguments.count == 2 else {
      complain(usageOf: verb)
      return .failed
    }
    let (name, path) = (arguments[0], arguments[1])
    let file: SecretBytes
    do throws(SystemFault) {
      file = try SecretFiles.read(path)
    } catch {
      return say(Complaint("fopen: \(error.words)"))
    }
    return apply(file, verb == .addconf ? .addition : .whole, keepsSessions: verb == .syncconf, to: name)
  }

  /// Makes a running tunnel what its file says; sessions of peers that stay go on.
  func reload(_ name: String, _ file: SecretBytes) -> Outcome { apply(file, .tunnel, keepsSessions: true, to: name) }

  private func apply(_ file: SecretBytes, _ extent: FileExtent, keepsSessions: Bool, to name: String) -> Outcome {
    var change: DeviceChange
    do throws(Complaint) {
      change = try file.withBytes { (bytes) throws(Complaint) in
        try DeviceChange(file: bytes, extent: extent, host: lookup)
      }
    } catch {
      return say(error)
    }
    defer { change.wipe() }
    if keepsSessions && !change.peers.isEmpty {
      var state: TunnelState
      do throws(SystemFault) {
        state = try tunnels.state(of: name)
      } catch {
        return say(Complaint("Unable to retrieve current interface configuration: \(error.words)"))
      }
      defer { state.wipe() }
      change.synchronise(
        with: state.peers.map {
          .init(
            publicKey: $0.publicKey, hasPresharedKey: $0.presharedKey != nil, hasKeepalive: $0.persistentKeepalive != 0)
        })
    }
    return apply(change, to: name)
  }

  private func apply(_ change: DeviceChange, to name: String) -> Outcome {
    do throws(SystemFault) {
      try tunnels.apply(change.directives, to: name)
      return .done
    } catch {
      return say(Complaint("Unable to modify interface: \(error.words)"))
    }
  }

  private func say(_ complaint: Complaint) -> Outcome {
    for line in complaint.lines { Streams.complain(line) }
    return .failed
  }
}
