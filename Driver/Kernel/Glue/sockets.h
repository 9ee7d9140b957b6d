// The UDP sockets of an adapter: one for each family, on one port.
#pragma once

#include <nt/wsk.h>
#include <shell/address.h>

struct nt_adapter;
struct nt_socket_pair;

struct nt_sockets {
  /// Guards `current`.
  KSPIN_LOCK lock;
  /// The sockets in use; NULL while there are none.
  struct nt_socket_pair *current;
  /// Datagrams that could not be sent, and that were dropped before the shell saw them.
  volatile LONG64 send_errors, receive_discards;
};

/// Two sockets that are opened, used and closed together.
struct nt_socket_pair {
  struct nt_adapter *adapter;
  /// NULL where the system does not have the family.
  WSK_SOCKET *v4, *v6;
  /// Held by whoever sends, and by every datagram under way.
  EX_RUNDOWN_REF users;
  USHORT port;
  /// Whether a datagram's ECN bits, or its whole DS field, can be set and read.
  bool has_ecn, has_tos;
  /// Whether WSK cuts what is sent in one piece; no longer when it has refused to.
  volatile bool has_segments;
};

/// Driver-wide: before the first adapter, and after the last.
void nt_sockets_load(void);
void nt_sockets_unload(void);

void nt_sockets_init(struct nt_adapter *adapter);
/// Closes the sockets; returns when no datagram is under way.
void nt_sockets_close(struct nt_adapter *adapter);

/// Receives from both sockets (sockets_receive.c).
extern const WSK_CLIENT_DATAGRAM_DISPATCH nt_sockets_receive;
