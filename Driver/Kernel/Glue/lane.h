// The lane: what host_lane_enter and host_lane_leave are.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

struct nt_lane {
  FAST_MUTEX mutex;
};

void nt_lane_open(struct nt_adapter *adapter);
