// What the interop tests run inside namespaces and inside the guest: streams with known content, datagrams, raw
// control-socket exchanges and a relay that bursts. It trusts its arguments; the tests check what it reports.
import Glibc

let usage = """
  usage: InteropProbe stream-receive ADDRESS PORT BYTES SEED
         InteropProbe stream-send ADDRESS PORT BYTES SEED
         InteropProbe datagram-send ADDRESS PORT COUNT SIZE
         InteropProbe datagram-receive ADDRESS PORT COUNT SIZE SECONDS
         InteropProbe datagram-inject ADDRESS PORT SOURCE-PORT HEXADECIMAL...
         InteropProbe exchange PATH finish|wait < REQUEST
         InteropProbe burst-relay INSIDE PORT OUTSIDE PORT TARGET PORT SECONDS
  """

func end(_ message: String, _ status: Int32) -> Never {
  complain(message)
  exit(status)
}

let arguments = Array(CommandLine.arguments.dropFirst())

func number<Value: FixedWidthInteger>(_ index: Int) -> Value {
  guard index < arguments.count, let value = Value(arguments[index]) else { end(usage, 2) }
  return value
}

func address(_ index: Int) -> SocketAddress {
  guard index < arguments.count, let value = SocketAddress(arguments[index], port: number(index + 1)) else {
    end(usage, 2)
  }
  return value
}

func standardInput() -> [UInt8] {
  var all: [UInt8] = []
  while let line = readLine(strippingNewline: false) { all += Array(line.utf8) }
  return all
}

do {
  switch (arguments.first, arguments.count) {
  case ("stream-receive", 5):
    try receiveStream(at: arguments[1], port: number(2), count: number(3), seed: number(4))
  case ("stream-send", 5):
    try sendStream(to: arguments[1], port: number(2), count: number(3), seed: number(4))
  case ("datagram-send", 5):
    try sendDatagrams(to: arguments[1], port: number(2), count: number(3), size: number(4))
  case ("datagram-receive", 6):
    print(
      try receiveDatagrams(at: arguments[1], port: number(2), count: number(3), size: number(4), patience: number(5)))
  case ("datagram-inject", 5...):
    try injectDatagrams(Array(arguments.dropFirst(4)), to: arguments[1], port: number(2), from: number(3))
  case ("exchange", 3):
    let reply = try exchange(standardInput(), path: arguments[1], finishing: arguments[2] == "finish")
    print(String(decoding: reply, as: UTF8.self), terminator: "")
  case ("burst-relay", 8):
    try BurstRelay(inside: address(1), outside: address(3), target: address(5)).run(seconds: number(7))
  default:
    end(usage, 2)
  }
} catch {
  end("\(error)", 1)
}
