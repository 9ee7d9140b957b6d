// What a host does for a protocol stack that leaves work to its network device: super-packets become packets, and open
// checksums are closed. Which work was offered, and whether the stack may ask for it, the host knows.
