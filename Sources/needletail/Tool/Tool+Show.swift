internal import Foundation
internal import TunnelControl
internal import TunnelReport

extension Tool {
  private var palette: Palette { Palette(environment: environment, isTerminal: Streams.isTerminal) }
  private var hidesKeys: Bool { environment["WG_HIDE_KEYS"] != "never" }
  private var now: Int64 { Int64(Date().timeIntervalSince1970) }

  /// `show [INTERFACE | all | interfaces [FIELD]]`
  func show(_ arguments: [String]) -> Outcome {
    if arguments.count == 1, ["-h", "--help", "help"].contains(arguments[0]) {
      complain(usageOf: .show)
      return .done
    }
    if !Self.isCalledAsWG && arguments.contains("--json") { return showJSON(arguments.filter { $0 != "--json" }) }
    if arguments.count > 2 { return misuse() }
    let field = arguments.count == 2 ? arguments[1] : nil
    switch arguments.first {
    case nil, "all": return showAll(field)
    case "interfaces":
      if field != nil { return misuse() }
      let names = tunnels.names()
      if !names.isEmpty { print(names.joined(separator: " ")) }
      return .done
    case let name?:
      var state: TunnelState
      do throws(SystemFault) {
        state = try tunnels.state(of: name)
      } catch {
        Streams.complain("Unable to access interface: \(error.words)")
        return .failed
      }
      defer { state.wipe() }
      return show(state, field, isNamed: false)
    }
  }

  /// One tunnel as an object, or all as an array; one that cannot be asked is left out of it.
  private func showJSON(_ arguments: [String]) -> Outcome {
    if arguments.count > 1 || arguments.first == "interfaces" { return misuse() }
    let name = arguments.first == "all" ? nil : arguments.first
    let page = SecretBytes()
    var outcome = Outcome.done
    if name == nil { page.append("[") }
    var isFirst = true
    for name in name.map({ [$0] }) ?? tunnels.names() {
      var state: TunnelState
      do throws(SystemFault) {
        state = try tunnels.state(of: name)
      } catch {
        Streams.complain("Unable to access interface \(name): \(error.words)")
        outcome = .failed
        continue
      }
      defer { state.wipe() }
      if !isFirst { page.append(",") }
      isFirst = false
      state.printJSON(into: page, hidesKeys: hidesKeys)
    }
    if name == nil { page.append("]") }
    if name == nil || outcome == .done {
      page.append("\n")
      Streams.print(page)
    }
    return outcome
  }

  private func misuse() -> Outcome {
    complain(usageOf: .show)
    return .failed
  }

  /// All interfaces; one that can be asked is enough for success.
  private func showAll(_ field: String?) -> Outcome {
    let names = tunnels.names()
    var outcome: Outcome = names.isEmpty ? .done : .failed
    for (number, name) in names.enumerated() {
      var state: TunnelState
      do throws(SystemFault) {
        state = try tunnels.state(of: name)
      } catch {
        Streams.complain("Unable to access interface \(name): \(error.words)")
        continue
      }
      defer { state.wipe() }
      if show(state, field, isNamed: true) == .failed { return .failed }
      outcome = .done
      if field == nil && number < names.count - 1 { print("") }
    }
    return outcome
  }

  private func show(_ state: TunnelState, _ field: String?, isNamed: Bool) -> Outcome {
    let page = SecretBytes()
    if let field {
      guard let field = Field(rawValue: field) else {
        Streams.complain("Invalid parameter: `\(field)'")
        return misuse()
      }
      state.print(field, into: page, isNamed: isNamed)
    } else {
      state.printPretty(into: page, palette: palette, hidesKeys: hidesKeys, now: now)
    }
    Streams.print(page)
    return .done
  }

  /// Prints lines, through the same unbuffered stream as everything else.
  func print(_ text: String) {
    let page = SecretBytes()
    page.append(text + "\n")
    Streams.print(page)
  }

  /// `showconf INTERFACE`
  func showConfiguration(_ arguments: [String]) -> Outcome {
    guard arguments.count == 1 else {
      complain(usageOf: .showconf)
      return .failed
    }
    var state: TunnelState
    do throws(SystemFault) {
      state = try tunnels.state(of: arguments[0])
    } catch {
      Streams.complain("Unable to access interface: \(error.words)")
      return .failed
    }
    defer { state.wipe() }
    let page = SecretBytes()
    state.printConfiguration(into: page)
    Streams.print(page)
    return .done
  }
}
