// Netlink: what happens to interfaces and routes, in this network namespace and in others.
#ifndef NEEDLETAIL_LINUX_LINK_H
#define NEEDLETAIL_LINUX_LINK_H

#include <stdbool.h>
#include <stdint.h>

/// What `linux_netlink_receive` says of messages from the socket's own namespace.
#define LINUX_HOME_SPACE (-1)

/// Opens a route netlink socket that does not block and hears of interfaces and routes. Where the process may, it also
/// hears from namespaces that have a number in this one.
int linux_netlink_open(void);

/// Sends one request.
int linux_netlink_send(int descriptor, const void *_Nonnull bytes, uint32_t length_bytes);

/// Receives one datagram of messages without waiting and sets `space` to the number of the namespace it is about.
/// Returns its length; fails with ENOBUFS when some were lost.
int linux_netlink_receive(int descriptor, void *_Nonnull bytes, uint32_t room_bytes, int *_Nonnull space);

/// Whether a namespace descriptor is the namespace of this thread.
bool linux_is_home_space(int space);

#endif
