internal import CLinuxTunnel
public import Cryptography
internal import Glibc
public import Logging
internal import Synchronization
internal import Tunnel

/// A tunnel on Linux: one machine, one TUN device, two sockets, and the threads between them.
///
/// `start` begins three threads: packets out, packets in, handshakes. The caller's own thread looks after `timer`, link
/// state and configuration; its methods may be called from one thread only.
public final class Engine: Sendable {
  let interface: Interface
  let lane: Lane
  let sockets: UDPSockets
  let clocks = WorkerClocks()
  private let journal: Journal
  private let kernel: CipherKernel
  private let randomness: Randomness
  private let settings = Mutex(Settings())
  private let outbox: Mutex<Outbox>

  /// What is configured beside the machine.
  struct Settings {
    /// As configured; the port in use once the sockets are open.
    var port: UInt16 = 0
    var mark: UInt32 = 0
    var isUp = false
  }

  /// A tunnel over `tun`, down and without peers.
  public init(
    _ tun: consuming TunDevice, switches: OffloadSwitches, kernel: CipherKernel, logger: Logger
  ) throws(SystemError) {
    guard let randomness = Randomness.system else { throw SystemError(.allocateMemory, number: ENOSYS) }
    let machine: Machine
    do throws(StorageError) {
      machine = try Machine(storage: .system, randomness: randomness)
    } catch {
      throw SystemError(.allocateMemory, number: ENOMEM)
    }
    self.randomness = randomness
    self.kernel = kernel
    journal = Journal(logger: logger)
    interface = try Interface(tun)
    lane = try Lane(machine)
    sockets = try UDPSockets(switches: switches)
    outbox = Mutex(try Outbox())
  }

  /// Becomes readable when `advance` is to be called.
  public var timer: CInt { lane.timer.number }
  /// Becomes readable when the interface has gone.
  public var end: CInt { interface.endWake.number }
  /// Whether the interface has gone or `stop` was called.
  public var hasEnded: Bool { interface.hasEnded }

  /// Runs the threads; returns when all have ended, which `stop` or the end of the interface brings about.
  public func start() throws(SystemError) -> Threads {
    clocks.enter(.control)
    let transmitter = try Worker("transmit") { [self] in
      clocks.enter(.transmit)
      attempt { () throws(SystemError) in
        var worker = try Transmitter(interface, lane, sockets, journal, kernel)
        worker.run()
      }
    }
    let receiver = try Worker("receive") { [self] in
      clocks.enter(.receive)
      attempt { () throws(SystemError) in
        var worker = try Receiver(interface, lane, sockets, journal, kernel)
        worker.run()
      }
    }
    let handshakes = try Worker("handshake") { [self] in
      clocks.enter(.handshake)
      attempt { () throws(SystemError) in
        var worker = try HandshakeWorker(interface, lane, sockets, journal, randomness)
        worker.run()
      }
    }
    return Threads(transmitter, receiver, handshakes)
  }

  private func attempt(_ body: () throws(SystemError) -> Void) {
    do throws(SystemError) {
      try body()
    } catch {
      journal.logger.error("\(error)")
      interface.end()
    }
  }

  /// Makes every thread end soon.
  public func stop() {
    interface.end()
    lane.transmitWake.signal()
    lane.handshakeWake.signal()
    linux_wake(sockets.wake.number)
  }

  /// Wipes every key. For after the threads have ended.
  public func erase() {
    lane.run { state in
      state.machine.bringDown()
      state.machine.removeAllPeers()
      state.machine.setPrivateKey(Octets32())
      while let effect = state.machine.poll() {
        if case .release(let packet) = effect { state.parked.release(packet) }
      }
    }
    sockets.close()
  }

  /// Runs the machine's timers: for when `timer` is readable.
  public func advance() {
    linux_wake_clear(lane.timer.number)
    let now = Now.read()
    lane.run { state in
      while state.machine.nextDeadline <= now.instant { state.machine.advance(to: now) }
    }
    lane.rearm(now)
    flush()
  }

  /// Carries out what a call from outside the three threads left to do.
  func flush() {
    outbox.withLock { outbox in
      var isDone = false
      while !isDone {
        isDone = lane.run { state in
          while outbox.hasRoom {
            guard let effect = state.machine.poll(transmitting: false) else { return true }
            _ = outbox.take(effect, parked: &state.parked)
          }
          return false
        }
        outbox.flush(sockets, journal)
      }
    }
  }

  /// The interface's MTU has changed.
  public func setMTU(_ mtu: Int) {
    guard interface.mtu != mtu else { return }
    interface.mtu = mtu
    journal.logger.debug("MTU is \(mtu)")
  }

  /// Opens the sockets and lets traffic flow.
  public func bringUp() throws(SystemError) {
    let result: Result<Void, SystemError> = settings.withLock { settings in
      Result { () throws(SystemError) in
        guard !settings.isUp else { return }
        settings.port = try sockets.open(port: settings.port)
        settings.isUp = true
      }
    }
    try result.get()
    let now = Now.read()
    lane.run { $0.machine.bringUp(now) }
    flush()
    journal.logger.debug("interface is up")
  }

  /// Ends all sessions and closes the sockets.
  public func bringDown() {
    settings.withLock { settings in
      guard settings.isUp else { return }
      settings.isUp = false
      lane.run { $0.machine.bringDown() }
      sockets.close()
      journal.logger.debug("interface is down")
    }
    flush()
  }

  /// Listens on `port`, or on a free one for 0: now when up, otherwise when it comes up. On an error the old port stays.
  func setPort(_ port: UInt16) throws(SystemError) {
    let result: Result<Bool, SystemError> = settings.withLock { settings in
      Result { () throws(SystemError) in
        if port == settings.port && port != 0 { return false }
        settings.port = settings.isUp ? try sockets.open(port: port) : port
        return settings.isUp
      }
    }
    if try result.get() { lane.run { $0.machine.forgetSources() } }
  }

  /// Marks everything that is sent, for policy routing; 0 for no mark.
  func setMark(_ mark: UInt32) throws(SystemError) {
    let result: Result<Void, SystemError> = settings.withLock { settings in
      Result { () throws(SystemError) in
        try sockets.setMark(mark)
        settings.mark = mark
      }
    }
    try result.get()
    lane.run { $0.machine.forgetSources() }
  }

  /// The port and the mark.
  var reachable: (port: UInt16, mark: UInt32) { settings.withLock { ($0.port, $0.mark) } }

  /// The machine's routes have changed: sources are chosen anew.
  public func forgetSources() {
    lane.run { $0.machine.forgetSources() }
  }

  /// The machine was asleep.
  public func resume() {
    let now = Now.read()
    lane.run { $0.machine.resume(now) }
    flush()
  }
}

/// The threads of an engine.
public struct Threads: ~Copyable, Sendable {
  private let transmitter: Worker
  private let receiver: Worker
  private let handshakes: Worker

  init(_ transmitter: consuming Worker, _ receiver: consuming Worker, _ handshakes: consuming Worker) {
    self.transmitter = transmitter
    self.receiver = receiver
    self.handshakes = handshakes
  }

  /// Waits until all have ended.
  public consuming func join() {
    transmitter.join()
    receiver.join()
    handshakes.join()
  }
}
