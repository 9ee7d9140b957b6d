import CShell

// host.h, implemented on TestDriver.
// SAFETY: the pointers are what the shell passes; TestDriver checks that they came from it.

@c @implementation
func host_take(_ adapter: UnsafeMutableRawPointer!, _ length: Int, _ alignment: Int) -> UnsafeMutableRawPointer! {
  unsafe TestDriver.of(adapter).take(length, alignment)
}

@c @implementation
func host_give_back(
  _ adapter: UnsafeMutableRawPointer!, _ place: UnsafeMutableRawPointer!, _ length: Int, _ alignment: Int
) {
  unsafe TestDriver.of(adapter).giveBack(place, length)
}

@c @implementation
func host_frame_take(_ adapter: UnsafeMutableRawPointer!, _ length: UInt32) -> UnsafeMutablePointer<shell_frame>! {
  unsafe TestDriver.of(adapter).takeFrame(Int(length))?.pointer
}

@c @implementation
func host_frame_give_back(_ adapter: UnsafeMutableRawPointer!, _ chain: UnsafeMutablePointer<shell_frame>!) {
  unsafe TestDriver.of(adapter).consume(chain.map { unsafe FrameAddress($0) }) { _, _ in }
}

@c @implementation
func host_random(_ adapter: UnsafeMutableRawPointer!, _ place: UnsafeMutablePointer<UInt8>!, _ length: Int) {
  unsafe TestDriver.of(adapter).fillRandom(place, length)
}

@c @implementation
func host_boot_time_ns(_ adapter: UnsafeMutableRawPointer!) -> UInt64 { unsafe TestDriver.of(adapter).time }

@c @implementation
func host_wall_time_100ns(_ adapter: UnsafeMutableRawPointer!) -> UInt64 {
  unsafe 133_500_000_000_000_000 + TestDriver.of(adapter).time / 100
}

@c @implementation
func host_lane_enter(_ adapter: UnsafeMutableRawPointer!) { unsafe TestDriver.of(adapter).enterLane() }

@c @implementation
func host_lane_leave(_ adapter: UnsafeMutableRawPointer!) { unsafe TestDriver.of(adapter).leaveLane() }

@c @implementation
func host_wake(_ adapter: UnsafeMutableRawPointer!) { unsafe TestDriver.of(adapter).wake() }

@c @implementation
func host_wake_at(_ adapter: UnsafeMutableRawPointer!, _ time: UInt64) { unsafe TestDriver.of(adapter).wake(at: time) }

@c @implementation
func host_take_outbound(
  _ adapter: UnsafeMutableRawPointer!, _ limit: UInt32
) -> UnsafeMutablePointer<shell_frame>! { unsafe TestDriver.of(adapter).takeOutbound(limit)?.pointer }

@c @implementation
func host_take_inbound(
  _ adapter: UnsafeMutableRawPointer!, _ limit: UInt32
) -> UnsafeMutablePointer<shell_frame>! { unsafe TestDriver.of(adapter).takeInbound(limit)?.pointer }

@c @implementation
func host_send(_ adapter: UnsafeMutableRawPointer!, _ chain: UnsafeMutablePointer<shell_frame>!) {
  let driver = unsafe TestDriver.of(adapter)
  unsafe driver.consume(chain.map { unsafe FrameAddress($0) }) { frame, bytes in
    unsafe driver.left(
      TestDatagram(bytes: bytes, path: frame.pointer.pointee.path, trafficClass: frame.pointer.pointee.traffic_class))
  }
}

@c @implementation
func host_deliver(_ adapter: UnsafeMutableRawPointer!, _ chain: UnsafeMutablePointer<shell_frame>!) {
  let driver = unsafe TestDriver.of(adapter)
  unsafe driver.consume(chain.map { unsafe FrameAddress($0) }) { _, bytes in driver.left(bytes) }
}

@c @implementation
func host_has_wide_vectors(_ adapter: UnsafeMutableRawPointer!) -> UInt32 { 1 }

@c @implementation
func host_wide_vectors_enter(_ adapter: UnsafeMutableRawPointer!, _ worker: UInt32) -> UInt32 {
  unsafe TestDriver.of(adapter).lendWideVectors(worker) ? 1 : 0
}

@c @implementation
func host_wide_vectors_leave(_ adapter: UnsafeMutableRawPointer!, _ worker: UInt32) {
  unsafe TestDriver.of(adapter).takeBackWideVectors(worker)
}

@c @implementation
func host_mtu(_ adapter: UnsafeMutableRawPointer!, _ family: UInt8) -> UInt32 { unsafe TestDriver.of(adapter).mtu }

@c @implementation
func host_open_sockets(
  _ adapter: UnsafeMutableRawPointer!, _ port: UInt16, _ bound: UnsafeMutablePointer<UInt16>!
) -> UInt32 {
  let (status, number) = unsafe TestDriver.of(adapter).openSockets(port)
  unsafe bound.pointee = number
  return status
}

@c @implementation
func host_close_sockets(_ adapter: UnsafeMutableRawPointer!) { unsafe TestDriver.of(adapter).closeSockets() }

@c @implementation
func host_state_changed(_ adapter: UnsafeMutableRawPointer!, _ isUp: UInt32) {
  unsafe TestDriver.of(adapter).linkChanged(isUp: isUp == 1)
}

@c @implementation
func host_log_ready(_ adapter: UnsafeMutableRawPointer!) { unsafe TestDriver.of(adapter).logReady() }

@c @implementation
func host_trace(_ adapter: UnsafeMutableRawPointer!, _ entry: UnsafePointer<UInt8>!) {
  unsafe TestDriver.of(adapter).trace(entry)
}
