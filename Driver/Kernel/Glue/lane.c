// The lane of an adapter: a fast mutex, so that the core runs at APC_LEVEL and a waiter sleeps. Entered at
// PASSIVE_LEVEL.
#include "adapter.h"

void nt_lane_open(struct nt_adapter *adapter) { ExInitializeFastMutex(&adapter->lane.mutex); }

void host_lane_enter(void *adapter) { ExAcquireFastMutex(&((struct nt_adapter *)adapter)->lane.mutex); }

void host_lane_leave(void *adapter) { ExReleaseFastMutex(&((struct nt_adapter *)adapter)->lane.mutex); }
