internal import CLinuxTunnel
internal import Glibc
public import Logging
internal import Timeline

/// One interface for as long as it lives: looks after timers, the interface's state, the control socket and signals,
/// while the engine's threads move packets.
public struct Daemon: ~Copyable {
  private enum Tag {
    static let signals: UInt64 = 1
    static let timer: UInt64 = 2
    static let end: UInt64 = 3
    static let link: UInt64 = 4
    static let clock: UInt64 = 5
    /// The first of the control server's.
    static let control: UInt64 = 16
  }

  /// How long until an interface that nothing is heard of is probed again, a port that was taken is tried again, and
  /// another change of routes counts.
  private static let pause = Interval.seconds(1)
  /// A sleep that ends sessions: shorter ones do not exist, longer ones are what the clocks can tell.
  private static let shortestSleep: UInt64 = 100_000_000

  private let engine: Engine
  private let logger: Logger
  private let set: WaitSet
  private let signals: Descriptor
  private let clock: Descriptor
  private var monitor: LinkMonitor
  private var server: ControlServer<TextConversation>
  private var isEnding = false
  private var isUp = false
  /// The interface runs, and the engine could not follow.
  private var wantsUp = false
  private var routesChanged = false
  /// When what was put off is done.
  private var resumption = Instant(nanoseconds: 0)
  private var slept: UInt64

  /// Looks after `engine`, which is served on `socket`. The signals that end the process are blocked from here on.
  public init(_ engine: Engine, _ socket: consuming ControlSocket, logger: Logger) throws(SystemError) {
    let set = try WaitSet()
    let signals = Descriptor(owning: try SystemError.check(linux_signals_open(), .openWaitSet))
    let clock = Descriptor(owning: try SystemError.check(linux_clock_watch_open(), .openWaitSet))
    let monitor = try LinkMonitor(engine.interface.tun)
    set.put(signals.number, tag: Tag.signals)
    set.put(engine.timer, tag: Tag.timer)
    set.put(engine.end, tag: Tag.end)
    set.put(monitor.descriptor, tag: Tag.link)
    set.put(clock.number, tag: Tag.clock)
    server = ControlServer(socket, firstTag: Tag.control, in: set) { TextConversation(engine) }
    slept = linux_time_slept()
    self.engine = engine
    self.logger = logger
    self.set = set
    self.signals = signals
    self.clock = clock
    self.monitor = monitor
  }

  /// Works until the interface or the control socket's name is gone or a signal asks for the end; then wipes all keys and
  /// removes the name.
  public consuming func run() throws(SystemError) {
    let threads: Threads
    do throws(SystemError) {
      threads = try engine.start()
    } catch {
      server.end()
      throw error
    }
    while !isEnding {
      for tag in set.wait(timeout: timeout) { handle(tag) }
      if hasPutOff { makeUp() }
    }
    server.end()
    engine.stop()
    threads.join()
    engine.erase()
    logger.debug("ended")
  }

  private mutating func handle(_ tag: UInt64) {
    switch tag {
    case Tag.signals:
      let signal = linux_signals_take(signals.number)
      if signal == SIGINT || signal == SIGTERM {
        logger.debug("ending: signal \(signal)")
        isEnding = true
      }
    case Tag.timer:
      engine.advance()
    case Tag.end:
      isEnding = true
    case Tag.link:
      for event in monitor.events(engine.interface.tun) { follow(event) }
    case Tag.clock:
      noticeSleep()
    default:
      guard server.serve(tag, in: set) == .removed else { return }
      logger.debug("ending: the control socket was removed")
      isEnding = true
    }
  }

  private mutating func follow(_ event: LinkMonitor.Event) {
    switch event {
    case .link(let isRunning, let mtu):
      if let mtu { engine.setMTU(mtu) }
      if isRunning {
        bringUp(isRetry: false)
      } else {
        wantsUp = false
        isUp = false
        engine.bringDown()
      }
    case .routes:
      routesChanged = true
    case .gone:
      logger.debug("ending: the interface was deleted")
      isEnding = true
    }
  }

  private mutating func bringUp(isRetry: Bool) {
    guard !isUp else { return }
    do throws(SystemError) {
      try engine.bringUp()
      isUp = true
      wantsUp = false
    } catch {
      if !isRetry { logger.error("\(error); trying again until it works or the interface goes down") }
      wantsUp = true
    }
  }

  /// Whether something has to be done that nothing will wake us for.
  private var hasPutOff: Bool { wantsUp || routesChanged || monitor.needsProbing }

  /// How long to wait at most, in milliseconds; −1 is for ever.
  private var timeout: CInt {
    guard hasPutOff else { return -1 }
    return CInt(min(resumption.since(Now.read().instant), Self.pause).nanoseconds / 1_000_000 + 1)
  }

  /// Does what was put off, if it is time.
  private mutating func makeUp() {
    let now = Now.read().instant
    guard now >= resumption else { return }
    resumption = now + Self.pause
    if routesChanged {
      routesChanged = false
      engine.forgetSources()
    }
    if wantsUp { bringUp(isRetry: true) }
    if monitor.needsProbing { follow(monitor.probe(engine.interface.tun)) }
  }

  /// The clock jumped: when the machine has slept, what it agreed on before is void.
  private mutating func noticeSleep() {
    linux_clock_watch_clear(clock.number)
    let total = linux_time_slept()
    if total > slept + Self.shortestSleep {
      logger.debug("the machine was asleep")
      engine.resume()
    }
    slept = total
  }
}
