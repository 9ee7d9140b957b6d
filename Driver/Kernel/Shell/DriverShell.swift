/// The Swift side of the Windows driver: a host of the machine, with the kernel behind `host.h` and the glue's entry
/// points in front, `shell.h`.
///
/// It runs at PASSIVE_LEVEL on workers' threads and in ioctls. What comes at a raised IRQL (packets of the protocol
/// stack, datagrams of a socket) the glue copies into frames and queues; a worker takes slices of them:
///
///     lane: take 64 frames, route, stage → seal → lane: complete, take effects → send in order
///     lane: take 64 frames, admit        → open → lane: finish, accept         → indicate in order
///
/// Files: `Frame` and `FrameChain` (memory of packets), `LeftTasks` (what the stack leaves to us), `Host` (the kernel),
/// `Lane` (what is serial), `Worker` (a turn), `Requests` (ioctls), `EntryPoints` (what C calls).
