/// Which peer: by inner address, by receiver index, by public key; and what an inner packet says of itself.
///
/// This module keeps the tables and reads headers. It does not know peers or sessions (an owner is a number, an entry
/// a handle), does not check that an inner source belongs to the peer that sent it, and trusts no length it reads. The
/// tunnel decides what each answer means.
public enum Routing {}
