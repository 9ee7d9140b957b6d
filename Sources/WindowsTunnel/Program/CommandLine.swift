public import ConfigurationFile

/// What the program is asked to do.
public enum Command: Equatable, Sendable {
  case help, version
  /// Puts the driver into the driver store, and takes it out.
  /// `isExact`: also in the place of a newer one.
  case installDriver(isExact: Bool)
  case removeDriver
  /// Says what is wrong with a file.
  case check(file: PlainText)
  /// Makes a tunnel of a file: a service that holds the adapter. And ends and removes it.
  case create(file: PlainText)
  case remove(name: PlainText)
  /// Holds a tunnel until the program is told to end.
  case run(file: PlainText)
  /// Brings an adapter to what a file says.
  case configure(name: PlainText, file: PlainText)
  /// Prints an adapter's state, or that of all.
  case show(name: PlainText?)
  /// Prints the lines of an adapter's log as they come.
  case log(name: PlainText)
  /// Runs the command that checks for updates, and prints what administrators have decided of it.
  case checkUpdates, policies
  /// Updates by a channel.
  case channel(ChannelVerb)
  /// What the service manager starts: a tunnel, the server of the text protocol, the schedule of update checks.
  case tunnelService(file: PlainText)
  case controlService, updateService

  /// The command of the arguments, the program's own name not among them; throws what is wrong with them, a sentence.
  public init(_ arguments: [String]) throws(UsageError) {
    guard let verb = arguments.first.map({ Array($0.utf8)[...] }) else { throw UsageError("a command is missing") }
    func expect(_ names: String...) throws(UsageError) -> [PlainText] {
      guard arguments.count == names.count + 1 else {
        let wanted = names.isEmpty ? "nothing" : names.joined(separator: " ")
        throw UsageError("\(arguments[0]) is followed by \(wanted)")
      }
      return arguments.dropFirst().map { PlainText($0) }
    }
    if verb.isAny("help", "--help", "-h", "/?") {
      self = .help
    } else if verb.isAny("version", "--version") {
      _ = try expect()
      self = .version
    } else if verb.isAny("install-driver") {
      let isExact = arguments.count == 2 && Array(arguments[1].utf8)[...].isAny("exactly")
      if !isExact { _ = try expect() }
      self = .installDriver(isExact: isExact)
    } else if verb.isAny("uninstall-driver") {
      _ = try expect()
      self = .removeDriver
    } else if verb.isAny("check") {
      self = .check(file: try expect("FILE")[0])
    } else if verb.isAny("create") {
      self = .create(file: try expect("FILE")[0])
    } else if verb.isAny("run") {
      self = .run(file: try expect("FILE")[0])
    } else if verb.isAny("remove") {
      self = .remove(name: try Self.name(try expect("NAME")[0]))
    } else if verb.isAny("log") {
      self = .log(name: try Self.name(try expect("NAME")[0]))
    } else if verb.isAny("configure") {
      let both = try expect("NAME", "FILE")
      self = .configure(name: try Self.name(both[0]), file: both[1])
    } else if verb.isAny("show") {
      self = .show(name: arguments.count == 1 ? nil : try Self.name(try expect("[NAME]")[0]))
    } else if verb.isAny("tunnel-service") {
      self = .tunnelService(file: try expect("FILE")[0])
    } else if verb.isAny("control-service") {
      _ = try expect()
      self = .controlService
    } else if verb.isAny("check-updates") {
      _ = try expect()
      self = .checkUpdates
    } else if verb.isAny("policies") {
      _ = try expect()
      self = .policies
    } else if verb.isAny("channel") {
      self = .channel(try ChannelVerb(Array(arguments.dropFirst())))
    } else if verb.isAny("update-service") {
      _ = try expect()
      self = .updateService
    } else {
      throw UsageError("there is no command \(arguments[0])")
    }
  }

  /// Whether it is the service manager that runs the program with these arguments.
  public static func isForServiceManager(_ arguments: [String]) -> Bool {
    guard let verb = arguments.first.map({ Array($0.utf8)[...] }) else { return false }
    return verb.isAny("tunnel-service", "control-service", "update-service")
  }

  /// Names are checked before anything is looked for.
  private static func name(_ text: PlainText) throws(UsageError) -> PlainText {
    guard InterfaceName.isValidOnWindows(text.description) else { throw UsageError(nameRule(text.description)) }
    return text
  }

  /// What is wrong with a name.
  static func nameRule(_ name: String) -> String {
    "\(name) is no name of a tunnel: it has 1 to 32 of the characters a-z A-Z 0-9 _ = + . -, no dot at its ends, and is "
      + "no name of a device (con, prn, aux, nul, com1, ...)"
  }

  /// The name of a file's tunnel: the file's own, without ".conf".
  static func tunnelName(ofFile path: PlainText) throws(UsageError) -> String {
    let separators = [UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: ":")]
    let file = path.bytes.lastIndex { separators.contains($0) }.map { path.bytes[($0 + 1)...] } ?? path.bytes[...]
    guard file.count > 5, file.suffix(5).map({ $0 | 0x20 }).elementsEqual(".conf".utf8) else {
      throw UsageError("\(path) is no tunnel's file: its name ends in .conf")
    }
    let name = String(decoding: file.dropLast(5), as: UTF8.self)
    guard InterfaceName.isValidOnWindows(name) else { throw UsageError(nameRule(name) + "; rename the file") }
    return name
  }

  /// What the commands are.
  static let usage = """
    usage: needletail COMMAND
      create FILE.conf          make a tunnel of a file: a service that runs whenever Windows does
      remove NAME               end and remove a tunnel
      run FILE.conf             run a tunnel until Ctrl+C
      configure NAME FILE.conf  bring a tunnel that runs to what a file says; sessions go on
      show [NAME]               what the tunnels are doing
      log NAME                  print the lines of a tunnel's log until Ctrl+C
      check FILE.conf           say what is wrong with a file
      install-driver [exactly]  put the driver into the driver store; exactly: in the place of a newer one, too
      uninstall-driver          take it out
      check-updates             run the command that checks for updates
      policies                  print what administrators have decided of updates
      channel VERB              updates: check, update, status, history, why, rollback, commit, clear SERIAL, apply,
                                import FILE, verify, bucket
      version, help
    For the service manager: tunnel-service FILE.conf, control-service, update-service.
    exit codes: 0 done, 1 Windows refused, 2 wrong arguments, 3 an error in a file or policy, 4 there is no such tunnel or file,
      5 this takes an elevated prompt, or a policy forbids it; those of channel are in Docs/ChannelReference.md
    """
}

/// What is wrong with the arguments.
public struct UsageError: Error, Equatable, Sendable {
  /// A sentence without its end.
  public let sentence: PlainText

  init(_ sentence: String) { self.sentence = PlainText(sentence) }
}

extension ArraySlice<UInt8> {
  /// Whether these are the bytes of one of the texts.
  func isAny(_ texts: String...) -> Bool { texts.contains { elementsEqual($0.utf8) } }
}
