/// The handshake, Noise IKpsk2 as WireGuard uses it, in one-way states (WG §5.4; protocol §5).
///
/// Initiator: `SentInitiation.begin` → `finish` → `SessionKeys`. Responder: `IdentifiedInitiation.identify` → the caller
/// finds the peer → `authenticate` → the caller checks the timestamp with `InitiationHistory` → `respond` →
/// `SessionKeys`. Each state owns only what its next step needs and is built from the state before and the message, so a
/// step cannot be skipped. All functions are pure and may run on any CPU; a failed step changes nothing.
///
/// This module does not look at MACs (Admission does), does not choose or look up indices and does not know whether an
/// initiation is still awaited (Tunnel does). Indices are not part of the transcript: a changed index is not noticed here.
///
/// Randomness and time are arguments. Secrets are overwritten in place before a function returns; what a caller holds, it
/// wipes with `wipe()`.
public enum Handshake {}
