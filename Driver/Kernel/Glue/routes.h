// The ways of datagrams to places outside: never through the tunnel itself.
#pragma once

#include <nt/netio.h>
#include <shell/address.h>

struct nt_adapter;

#define NT_ROUTES_KEPT 64
#define NT_ROUTES_REFUSED 8

/// The way that was found to one remote.
struct nt_route {
  struct shell_endpoint remote;
  uint8_t source[16];
  /// 0: there is no way.
  uint32_t interface_index;
  /// The generation it was found in; 0 when there is nothing here.
  LONG generation;
  uint64_t found_at_ns;
};

/// A way with a source that could not be sent along.
struct nt_refused_way {
  struct shell_path path;
  LONG generation;
};

struct nt_routes {
  HANDLE notification;
  /// Counts the changes of the system's routes, from 1 on; 0 is never a generation.
  volatile LONG generation;
  /// Guards the rest.
  KSPIN_LOCK lock;
  struct nt_route kept[NT_ROUTES_KEPT];
  struct nt_refused_way refused[NT_ROUTES_REFUSED];
  ULONG refused_count;
};

void nt_routes_init(struct nt_adapter *adapter);
/// From here on changes are heard of; the shell has been made.
NTSTATUS nt_routes_open(struct nt_adapter *adapter);
/// No change is heard of any more, and the shell not called for one.
void nt_routes_close(struct nt_adapter *adapter);

/// Chooses source and interface of a path that has none, or whose own cannot be used; false when there is no way but
/// through the tunnel. PASSIVE_LEVEL.
bool nt_routes_choose(struct nt_adapter *adapter, struct shell_path *path);
/// A datagram could not be sent along `path`: until routes change, its source is not used. Up to DISPATCH_LEVEL.
void nt_routes_refuse(struct nt_adapter *adapter, const struct shell_path *path);
