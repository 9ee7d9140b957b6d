// An adapter's settings: what the INF, or whoever administers the machine, has written for it.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

struct nt_settings {
  /// Datagrams of one size may be given to WSK in one piece, where it can cut them.
  bool sends_segments;
  /// What the protocol stack may leave to the driver from the start: bits of offload.h.
  ULONG offloads;
};

/// Reads them when the adapter is made. What is not there, or cannot be read, has its default.
void nt_settings_read(struct nt_adapter *adapter);
