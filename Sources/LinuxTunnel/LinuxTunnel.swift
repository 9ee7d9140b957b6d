/// The Linux host of the tunnel: a TUN device, a pair of UDP sockets, the control socket, clocks and threads around one
/// `Machine`.
///
/// Everything here moves bytes in batches between the kernel and the machine: super-packets are split straight into the
/// frames they are sealed in, and datagrams are opened where they were received and written from there. It knows how
/// packets are laid out for segmentation and checksums, and nothing of keys, peers or the protocol: that is in Tunnel.
///
/// It does not check who may use the control socket: the socket's mode does. It does not configure addresses or routes.
public enum LinuxTunnel {}
