/// The machine: one interface with many peers; packets, datagrams, time and configuration in, effects out.
///
/// `Machine` composes Admission, Handshake, Transport and Routing into the whole of the protocol. It is one serial
/// lane: the host guards it with one lock, held for a batch at a time, and does everything expensive outside it, with
/// values the machine hands out: seal and open tickets for bulk encryption, jobs for handshakes. The machine never
/// calls the host; what is to be done comes out of `poll`.
///
/// It does not read clocks, draw randomness, own sockets or keep packets: `Docs/Obligations.md` lists what the host
/// owes it. It does not check that a host keeps the lock.

@_exported public import Containers
@_exported public import Messages
@_exported public import Octets
@_exported public import Routing
@_exported public import Timeline
@_exported public import Transport
