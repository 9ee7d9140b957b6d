// Singly linked lists and lookaside lists. One lock serves all lists. Lookaside lists keep nothing: every entry goes
// back to the pool, where a second use of it is found.
#include <emulation.h>

static struct emul_mutex lock;

VOID InitializeSListHead(PSLIST_HEADER list) {
  if ((ULONG_PTR)list % 16 != 0) emul_fail("alignment: SLIST_HEADER %p is not aligned to 16", (void *)list);
  RtlZeroMemory(list, sizeof *list);
}

// Of the header's two words the first counts entries and the second points at the first entry.
static uint64_t *depth(PSLIST_HEADER list) { return (uint64_t *)list; }
static PSLIST_ENTRY *first(PSLIST_HEADER list) { return (PSLIST_ENTRY *)list + 1; }

PSLIST_ENTRY ExpInterlockedPushEntrySList(PSLIST_HEADER list, PSLIST_ENTRY entry) {
  if ((ULONG_PTR)entry % 16 != 0) emul_fail("alignment: SLIST_ENTRY %p is not aligned to 16", (void *)entry);
  emul_mutex_lock(&lock);
  PSLIST_ENTRY before = *first(list);
  entry->Next = before;
  *first(list) = entry;
  ++*depth(list);
  emul_mutex_unlock(&lock);
  return before;
}

PSLIST_ENTRY ExpInterlockedPopEntrySList(PSLIST_HEADER list) {
  emul_mutex_lock(&lock);
  PSLIST_ENTRY entry = *first(list);
  if (entry != NULL) {
    *first(list) = entry->Next;
    --*depth(list);
  }
  emul_mutex_unlock(&lock);
  return entry;
}

PSLIST_ENTRY ExpInterlockedFlushSList(PSLIST_HEADER list) {
  emul_mutex_lock(&lock);
  PSLIST_ENTRY entry = *first(list);
  *first(list) = NULL;
  *depth(list) = 0;
  emul_mutex_unlock(&lock);
  return entry;
}

USHORT ExQueryDepthSList(PSLIST_HEADER list) { return (USHORT)*depth(list); }

static PVOID NTAPI take(POOL_TYPE type, SIZE_T length, ULONG tag, PLOOKASIDE_LIST_EX list) {
  (void)list;
  return ExAllocatePoolWithTag(type, length, tag);
}

static VOID NTAPI give_back(PVOID place, PLOOKASIDE_LIST_EX list) {
  (void)list;
  ExFreePoolWithTag(place, 0);
}

NTSTATUS NTAPI ExInitializeLookasideListEx(
    PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate, PFREE_FUNCTION_EX free, POOL_TYPE type, ULONG flags,
    SIZE_T size, ULONG tag, USHORT depth_hint) {
  (void)flags, (void)depth_hint;
  if (size < sizeof(SLIST_ENTRY)) return STATUS_INVALID_PARAMETER_6;
  RtlZeroMemory(list, sizeof *list);
  list->L.Type = type;
  list->L.Tag = tag;
  list->L.Size = (ULONG)size;
  list->L.AllocateEx = allocate == NULL ? take : allocate;
  list->L.FreeEx = free == NULL ? give_back : free;
  return STATUS_SUCCESS;
}

VOID NTAPI ExFlushLookasideListEx(PLOOKASIDE_LIST_EX list) {
  PSLIST_ENTRY entry = ExpInterlockedFlushSList(&list->L.ListHead);
  while (entry != NULL) {
    PSLIST_ENTRY next = entry->Next;
    list->L.FreeEx(entry, list);
    entry = next;
  }
}

VOID NTAPI ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX list) { ExFlushLookasideListEx(list); }

static PVOID NTAPI take_plain(POOL_TYPE type, SIZE_T length, ULONG tag) {
  return ExAllocatePoolWithTag(type, length, tag);
}

static VOID NTAPI give_back_plain(PVOID place) { ExFreePoolWithTag(place, 0); }

VOID NTAPI ExInitializeNPagedLookasideList(
    PNPAGED_LOOKASIDE_LIST list, PALLOCATE_FUNCTION allocate, PFREE_FUNCTION free, ULONG flags, SIZE_T size, ULONG tag,
    USHORT depth_hint) {
  (void)flags, (void)depth_hint;
  RtlZeroMemory(list, sizeof *list);
  list->L.Type = NonPagedPool;
  list->L.Tag = tag;
  list->L.Size = (ULONG)size;
  // Depth 0 makes the inline functions of the headers free every entry.
  list->L.Allocate = allocate == NULL ? take_plain : allocate;
  list->L.Free = free == NULL ? give_back_plain : free;
}

VOID NTAPI ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST list) {
  PSLIST_ENTRY entry = ExpInterlockedFlushSList(&list->L.ListHead);
  while (entry != NULL) {
    PSLIST_ENTRY next = entry->Next;
    list->L.Free(entry);
    entry = next;
  }
}
