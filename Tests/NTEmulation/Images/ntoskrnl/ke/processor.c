// Processors in one group, their numbers and affinity.
#include <emulation.h>

static ULONG shown_processors = EMUL_PROCESSORS;

/// How many processors drivers are told of.
void EmulProcessors(uint32_t count) { shown_processors = count <= EMUL_PROCESSORS ? count : EMUL_PROCESSORS; }

ULONG NTAPI KeQueryActiveProcessorCountEx(USHORT group) {
  return group == 0 || group == ALL_PROCESSOR_GROUPS ? shown_processors : 0;
}

ULONG NTAPI KeQueryMaximumProcessorCountEx(USHORT group) { return KeQueryActiveProcessorCountEx(group); }

ULONG NTAPI KeQueryActiveProcessorCount(PKAFFINITY affinity) {
  if (affinity != NULL) *affinity = (1ull << EMUL_PROCESSORS) - 1;
  return EMUL_PROCESSORS;
}

ULONG NTAPI KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER number) {
  ULONG index = emul_self()->region.processor;
  if (number != NULL) *number = (PROCESSOR_NUMBER){.Number = (UCHAR)index};
  return index;
}

NTSTATUS NTAPI KeGetProcessorNumberFromIndex(ULONG index, PPROCESSOR_NUMBER number) {
  if (index >= EMUL_PROCESSORS) return STATUS_INVALID_PARAMETER;
  *number = (PROCESSOR_NUMBER){.Number = (UCHAR)index};
  return STATUS_SUCCESS;
}

ULONG NTAPI KeGetProcessorIndexFromNumber(PPROCESSOR_NUMBER number) {
  return number->Group == 0 && number->Number < EMUL_PROCESSORS ? number->Number : INVALID_PROCESSOR_INDEX;
}

static void set_affinity(struct emul_thread *thread, uint64_t mask) {
  mask &= (1ull << EMUL_PROCESSORS) - 1;
  if (mask == 0) return;
  thread->affinity = mask;
  while (!(mask >> thread->region.processor & 1))
    thread->region.processor = (thread->region.processor + 1) % EMUL_PROCESSORS;
}

VOID NTAPI KeSetSystemGroupAffinityThread(PGROUP_AFFINITY affinity, PGROUP_AFFINITY before) {
  IRQL_AT_MOST(APC_LEVEL);
  struct emul_thread *self = emul_self();
  if (before != NULL) *before = (GROUP_AFFINITY){.Mask = self->affinity};
  set_affinity(self, affinity->Mask);
}

VOID NTAPI KeRevertToUserGroupAffinityThread(PGROUP_AFFINITY before) { set_affinity(emul_self(), before->Mask); }

KAFFINITY NTAPI KeSetSystemAffinityThreadEx(KAFFINITY affinity) {
  struct emul_thread *self = emul_self();
  KAFFINITY before = self->affinity;
  set_affinity(self, affinity);
  return before;
}

VOID NTAPI KeRevertToUserAffinityThreadEx(KAFFINITY before) { set_affinity(emul_self(), before); }

KPRIORITY NTAPI KeSetPriorityThread(PKTHREAD thread, KPRIORITY priority) {
  (void)thread, (void)priority;
  return 8;
}
