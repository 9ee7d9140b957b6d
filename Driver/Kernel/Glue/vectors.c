// 256-bit vectors. The system keeps them for a thread of user mode, not for whoever runs in the kernel: a worker saves
// them before it uses them and puts them back. Up to DISPATCH_LEVEL. Only x86-64 has them.
#include "adapter.h"

#ifdef __x86_64__
uint32_t host_has_wide_vectors(void *adapter) {
  UNREFERENCED_PARAMETER(adapter);
  return RtlGetEnabledExtendedFeatures(XSTATE_MASK_AVX) == XSTATE_MASK_AVX;
}

uint32_t host_wide_vectors_enter(void *context, uint32_t worker) {
  struct nt_adapter *adapter = context;
  // Needs memory, so it can fail.
  return NT_SUCCESS(KeSaveExtendedProcessorState(XSTATE_MASK_AVX, &adapter->workers.workers[worker].vectors));
}

void host_wide_vectors_leave(void *context, uint32_t worker) {
  struct nt_adapter *adapter = context;
  KeRestoreExtendedProcessorState(&adapter->workers.workers[worker].vectors);
}
#else
uint32_t host_has_wide_vectors(void *adapter) {
  UNREFERENCED_PARAMETER(adapter);
  return 0;
}

uint32_t host_wide_vectors_enter(void *context, uint32_t worker) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(worker);
  return 0;
}

void host_wide_vectors_leave(void *context, uint32_t worker) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(worker);
}
#endif
