/// What keeps strangers from costing much: MAC1, cookies and MAC2, the under-load rule, and a rate limit per source
/// (WG §5.3, §5.4.4, §5.4.7; protocol §7).
///
/// A caller checks MAC1 of every handshake message with `HandshakeMACs.verifyMAC1` and drops what fails. What passes goes
/// through one `HandshakeGate` per interface, which says whether to process it, to answer it with a cookie reply, or to
/// drop it. On the other side each peer has a `HeldCookie`.
///
/// This module does not decrypt handshake messages (Handshake does) and does not look indices up (Tunnel does). MAC1
/// proves only that the sender knows our public key; MAC2 only that it can receive at its source address.
///
/// Time, randomness and storage are arguments. Nothing here locks: one lane owns a gate.
public enum Admission {}
