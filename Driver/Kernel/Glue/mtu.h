// The MTU of the adapter's IP interfaces.
#pragma once

#include <nt/netio.h>

struct nt_adapter;

struct nt_mtu {
  HANDLE notification;
  /// NlMtu for IPv4 and IPv6; 0 while unknown.
  volatile LONG values[2];
  /// When the values were last read, 100 ns units of interrupt time.
  volatile LONG64 read_at;
};

NTSTATUS nt_mtu_open(struct nt_adapter *adapter);
void nt_mtu_close(struct nt_adapter *adapter);
