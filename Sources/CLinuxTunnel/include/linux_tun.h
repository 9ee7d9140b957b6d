// TUN devices and what the interface ioctls say of them.
#ifndef NEEDLETAIL_LINUX_TUN_H
#define NEEDLETAIL_LINUX_TUN_H

#include <stdbool.h>
#include <stdint.h>

/// Room for an interface name with its terminator: IFNAMSIZ.
#define LINUX_INTERFACE_NAME_SIZE 16

/// What a TUN descriptor says of itself.
struct linux_tun_state {
  char name[LINUX_INTERFACE_NAME_SIZE];
  bool is_tun;
  bool has_packet_information;
  bool has_virtio_header;
  bool has_multiple_queues;
};

/// Opens /dev/net/tun, non-blocking and close-on-exec, and attaches it to the TUN interface `name`, which is created
/// when it does not exist. Packets carry no packet information. Returns the descriptor.
int linux_tun_open(const char *_Nonnull name, bool virtio_header, bool multiple_queues);

/// Reads the interface behind a TUN descriptor. Fails with EBADFD once the interface is gone.
int linux_tun_state(int descriptor, struct linux_tun_state *_Nonnull state);

/// Says which packets may be handed over unfinished: checksum, TCP segmentation, UDP segmentation.
int linux_tun_set_offload(int descriptor, bool checksum, bool tcp, bool udp);

/// Sets the size of the virtio header and asks for little-endian fields on every machine.
int linux_tun_set_header(int descriptor, int size);

/// Opens the network namespace that the device of a TUN descriptor is in.
int linux_tun_namespace(int descriptor);

/// The MTU of the interface `name` in this thread's network namespace.
int linux_interface_mtu(const char *_Nonnull name);

/// Sets the MTU of the interface `name` in this thread's network namespace.
int linux_interface_set_mtu(const char *_Nonnull name, int mtu);

/// Sets how many packets wait at most before the interface `name` in this thread's network namespace.
int linux_interface_set_queue(const char *_Nonnull name, int packets);

/// The index of the interface `name` in this thread's network namespace.
int linux_interface_index(const char *_Nonnull name);

#endif
