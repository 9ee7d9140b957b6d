internal import ControlProtocol
internal import ControlProtocolTesting
internal import Octets
internal import WindowsTunnel

/// The program for Windows between a client at its pipe and the driver: records that become text, and text that becomes
/// records.
enum RecordTargets {
  /// An adapter that answers with any bytes, and looks at what it is asked for.
  private struct Adapter: AdapterRequests {
    let answer: [UInt8]

    func configure(_ request: [UInt8]) throws(SystemError) {
      // What is sent is whole: its counts lead from one record to the next and to its end.
      guard let records = ConfigurationAnswer(request) else { preconditionFailure("a request without an interface") }
      precondition(RecordTargets.length(of: records) == request.count, "records and bytes do not agree")
    }

    func configuration() throws(SystemError) -> [UInt8] { answer }
    func observation() throws(SystemError) -> [UInt8] { answer }
  }

  /// What the driver answers to a get, read and printed; and the same bytes as an answer to an observe.
  static func print(_ answer: [UInt8]) {
    var target = AdapterTarget(Adapter(answer: answer))
    let conversation = Conversation()
    conversation.send(Array("get=1\n\n".utf8), ends: true, to: &target)
    precondition(answer.count < 80 || conversation.text.hasSuffix("errno=0\n\n"), "an answer is not told to its end")
    let observer = Conversation()
    observer.send(Array("observe=1\n\n".utf8), ends: true, to: &target)
    precondition(observer.text.isEmpty || observer.text.hasSuffix("errno=0\n\n"), "what is told has no end")
    if let records = ConfigurationAnswer(answer) { precondition(length(of: records) <= answer.count) }
  }

  /// What a client sends, made into requests.
  static func ask(_ text: [UInt8]) {
    var target = AdapterTarget(Adapter(answer: interface))
    Conversation().send(text, ends: true, to: &target)
  }

  /// Answers and texts to start from.
  static var answers: [[UInt8]] {
    let key = Octets32(repeating: 7)
    let prefix = Prefix(IPAddress(v4: 0x0a00_0000), length: 8)
    let peer: [Directive] =
      [.beginPeer(key), .endpoint(Endpoint(IPAddress(v4: 0xc000_0201), port: 51820))]
      + (prefix.map { [.addAllowedIP($0)] } ?? []) + [.endPeer]
    // An observation of one reason and one peer: version, sizes, counts.
    var observation = [UInt8](repeating: 0, count: 64 + 32 + 144)
    let fields: KeyValuePairs<Int, UInt8> = [
      0: 1, 4: 64, 6: 32, 8: 144, 16: 1, 20: 1, 72: 97, 128: 255, 129: 1, 216: 98,
    ]
    for (place, byte) in fields { observation[place] = byte }
    return [interface, observation, ConfigurationRequest([.privateKey(key), .listenPort(51820)] + peer + peer).bytes]
  }
  static let texts = [
    "set=1\nlisten_port=51820\nreplace_peers=true\npublic_key=\(String(repeating: "07", count: 32))\n"
      + "preshared_key=\(String(repeating: "08", count: 32))\nendpoint=[fe80::1%7]:1\nreplace_allowed_ips=true\n"
      + "allowed_ip=fd00::/8\nallowed_ip=10.0.0.0/8\npersistent_keepalive_interval=25\n\n",
    "set=1\npublic_key=\(String(repeating: "07", count: 32))\nupdate_only=true\nallowed_ip=-10.0.0.0/8\nremove=true\n\n",
  ].map { Array($0.utf8) }

  private static let interface = ConfigurationRequest().bytes

  /// The bytes of all records of an answer.
  private static func length(of records: ConfigurationAnswer) -> Int {
    var length = 80
    var place = records.firstPeer
    while let peer = place {
      precondition(peer == length, "a peer begins elsewhere")
      length += 136 + 24 * records.allowedIPCount(ofPeer: peer)
      _ = records.facts(ofPeer: peer)
      place = records.peer(after: peer)
    }
    return length
  }
}
