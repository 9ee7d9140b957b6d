// Objects with a count of references, and handles to them. A handle is four times the index of its slot plus four.
#include <emulation.h>

#define HANDLES 4096

struct header {
  int64_t references;
  void (*destroy)(void *);
  uint64_t magic, reserved[5];
};
_Static_assert(sizeof(struct header) == 64, "the header keeps the alignment of what follows");
#define MAGIC 0x7463656a626f746eull

static struct emul_mutex lock;
static void *handles[HANDLES];

void *emul_object_create(size_t length_bytes, void (*destroy)(void *)) {
  struct header *header = platform_memory_take(sizeof *header + length_bytes);
  if (header == NULL) return NULL;
  *header = (struct header){.references = 1, .destroy = destroy, .magic = MAGIC};
  return header + 1;
}

static struct header *header_of(void *object) {
  struct header *header = (struct header *)object - 1;
  if (object == NULL || header->magic != MAGIC) emul_fail("object-references: %p is no object", object);
  return header;
}

LONG_PTR FASTCALL ObfReferenceObject(PVOID object) {
  int64_t count = __atomic_add_fetch(&header_of(object)->references, 1, __ATOMIC_RELAXED);
  if (count < 2) emul_fail("object-references: object %p referenced after its end", object);
  return count;
}

LONG_PTR FASTCALL ObfDereferenceObject(PVOID object) {
  struct header *header = header_of(object);
  int64_t count = __atomic_sub_fetch(&header->references, 1, __ATOMIC_ACQ_REL);
  if (count < 0) emul_fail("object-references: object %p dereferenced more often than referenced", object);
  if (count > 0) return count;
  header->magic = 0;
  if (header->destroy != NULL) header->destroy(object);
  platform_memory_give_back(header);
  return 0;
}

VOID NTAPI ObDereferenceObjectDeferDelete(PVOID object) { ObfDereferenceObject(object); }

HANDLE emul_handle_create(void *object) {
  emul_mutex_lock(&lock);
  for (uintptr_t i = 0; i < HANDLES; i++) {
    if (handles[i] != NULL) continue;
    handles[i] = object;
    ObfReferenceObject(object);
    emul_mutex_unlock(&lock);
    return (HANDLE)(4 * i + 4);
  }
  emul_mutex_unlock(&lock);
  return NULL;
}

static void **slot(HANDLE handle) {
  uintptr_t index = ((uintptr_t)handle - 4) / 4;
  return handle == NULL || index >= HANDLES || handles[index] == NULL ? NULL : &handles[index];
}

void *emul_handle_object(HANDLE handle) {
  emul_mutex_lock(&lock);
  void **place = slot(handle), *object = place == NULL ? NULL : *place;
  if (object != NULL) ObfReferenceObject(object);
  emul_mutex_unlock(&lock);
  return object;
}

NTSTATUS NTAPI ObReferenceObjectByHandle(
    HANDLE handle, ACCESS_MASK access, POBJECT_TYPE type, KPROCESSOR_MODE mode, PVOID *object,
    POBJECT_HANDLE_INFORMATION information) {
  (void)access, (void)type, (void)mode, (void)information;
  IRQL_AT_MOST(PASSIVE_LEVEL);
  *object = emul_handle_object(handle);
  return *object == NULL ? STATUS_INVALID_HANDLE : STATUS_SUCCESS;
}

NTSTATUS NTAPI ZwClose(HANDLE handle) {
  IRQL_AT_MOST(PASSIVE_LEVEL);
  emul_mutex_lock(&lock);
  void **place = slot(handle), *object = place == NULL ? NULL : *place;
  if (object != NULL) *place = NULL;
  emul_mutex_unlock(&lock);
  if (object == NULL) emul_fail("handle-closed: handle %p closed, which is none", handle);
  ObfDereferenceObject(object);
  return STATUS_SUCCESS;
}

static POBJECT_TYPE type_of_threads, type_of_files, type_of_events;
POBJECT_TYPE *PsThreadType = &type_of_threads;
POBJECT_TYPE *IoFileObjectType = &type_of_files;
POBJECT_TYPE *ExEventObjectType = &type_of_events;

/// The handles that are open.
uint32_t EmulHandles(void) {
  uint32_t count = 0;
  emul_mutex_lock(&lock);
  for (int i = 0; i < HANDLES; i++) count += handles[i] != NULL;
  emul_mutex_unlock(&lock);
  return count;
}
