internal import Foundation
internal import SystemPrograms

/// The system's routes, as `ip` tells them.
enum Routes {
  /// The interface that packets to an address leave by; nil when there is no route, or no `ip`.
  static func device(to address: String, mark: UInt32) -> String? {
    let question = ["ip", "-o", "route", "get", address] + (mark == 0 ? [] : ["mark", "\(mark)"])
    guard let answer = try? SystemProgram.run(question, output: .caughtAlone, patience: 10), answer.status == 0 else {
      return nil
    }
    let words = answer.output.split { $0 == " " || $0 == "\n" }
    guard let place = words.firstIndex(of: "dev"), place + 1 < words.count else { return nil }
    return String(words[place + 1])
  }

  /// A number in a file of the interface's folder under /sys; nil when there is none.
  static func number(_ file: String, of device: String) -> Int? {
    guard !device.contains("/"),
      let text = try? String(contentsOfFile: "/sys/class/net/\(device)/\(file)", encoding: .utf8)
    else { return nil }
    let bare = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return bare.hasPrefix("0x") ? Int(bare.dropFirst(2), radix: 16) : Int(bare)
  }

  /// The UDP ports that sockets of this network namespace are bound to.
  static var udpPorts: Set<UInt16> {
    var ports: Set<UInt16> = []
    for file in ["/proc/net/udp", "/proc/net/udp6"] {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
      for line in text.split(separator: "\n").dropFirst() {
        let fields = line.split(separator: " ")
        if fields.count > 1, let port = fields[1].split(separator: ":").last.flatMap({ UInt16($0, radix: 16) }) {
          ports.insert(port)
        }
      }
    }
    return ports
  }
}
