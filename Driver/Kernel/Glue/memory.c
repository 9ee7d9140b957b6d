// Memory of the driver. Callable up to DISPATCH_LEVEL. Everything comes from nonpaged pool that cannot be executed; the
// pool gives what ExAllocatePoolWithTag gives: 16-byte alignment (8 on x86), any content.
#include "adapter.h"

_Static_assert(
    sizeof(struct shell_frame) % MEMORY_ALLOCATION_ALIGNMENT == 0, "content behind a frame is aligned as a frame is");

void *nt_pool_take(SIZE_T length_bytes) { return ExAllocatePoolWithTag(NonPagedPoolNx, length_bytes, NT_TAG); }

void nt_pool_give_back(void *place) { ExFreePoolWithTag(place, NT_TAG); }

// Blocks for the core are aligned to more than the pool promises: the block's address lies just before the place.
void *host_take(void *adapter, size_t length_bytes, size_t alignment) {
  UNREFERENCED_PARAMETER(adapter);
  if (length_bytes > SIZE_MAX / 2) return NULL;
  SIZE_T room = alignment + sizeof(void *);
  uint8_t *block = nt_pool_take(length_bytes + room);
  if (block == NULL) return NULL;
  uint8_t *place = (uint8_t *)(((uintptr_t)block + room) & ~(uintptr_t)(alignment - 1));
  memcpy(place - sizeof(void *), &block, sizeof(void *));
  return place;
}

void host_give_back(void *adapter, void *place, size_t length_bytes, size_t alignment) {
  UNREFERENCED_PARAMETER(adapter);
  UNREFERENCED_PARAMETER(length_bytes);
  UNREFERENCED_PARAMETER(alignment);
  void *block;
  memcpy(&block, (uint8_t *)place - sizeof(void *), sizeof(void *));
  nt_pool_give_back(block);
}

#define FRAME_SIZE(content) (sizeof(struct shell_frame) + SHELL_FRAME_HEADROOM + (content) + SHELL_FRAME_TAILROOM)

void nt_memory_open(struct nt_adapter *adapter) {
  ExInitializeNPagedLookasideList(
      &adapter->memory.frames, NULL, NULL, POOL_NX_ALLOCATION, FRAME_SIZE(NT_FRAME_CONTENT), NT_TAG, 0);
  adapter->memory.frame_bytes = 0;
}

void nt_memory_close(struct nt_adapter *adapter) { ExDeleteNPagedLookasideList(&adapter->memory.frames); }

struct shell_frame *host_frame_take(void *context, uint32_t length_bytes) {
  struct nt_adapter *adapter = context;
  bool is_small = length_bytes <= NT_FRAME_CONTENT;
  uint32_t content = is_small ? NT_FRAME_CONTENT : length_bytes;
  LONG64 size = (LONG64)FRAME_SIZE(content);
  if (InterlockedExchangeAdd64(&adapter->memory.frame_bytes, size) + size > NT_FRAME_BYTES_MAX) {
    InterlockedExchangeAdd64(&adapter->memory.frame_bytes, -size);
    return NULL;
  }
  struct shell_frame *frame =
      is_small ? ExAllocateFromNPagedLookasideList(&adapter->memory.frames) : nt_pool_take((SIZE_T)size);
  if (frame == NULL) {
    InterlockedExchangeAdd64(&adapter->memory.frame_bytes, -size);
    return NULL;
  }
  memset(frame, 0, sizeof(*frame));
  frame->bytes = (uint8_t *)(frame + 1);
  frame->capacity = SHELL_FRAME_HEADROOM + content + SHELL_FRAME_TAILROOM;
  frame->offset = SHELL_FRAME_HEADROOM;
  frame->length = length_bytes;
  return frame;
}

void host_frame_give_back(void *context, struct shell_frame *chain) {
  struct nt_adapter *adapter = context;
  while (chain != NULL) {
    struct shell_frame *frame = chain;
    chain = frame->next;
    LONG64 size = (LONG64)(sizeof(*frame) + frame->capacity);
    if (size == (LONG64)FRAME_SIZE(NT_FRAME_CONTENT))
      ExFreeToNPagedLookasideList(&adapter->memory.frames, frame);
    else
      nt_pool_give_back(frame);
    InterlockedExchangeAdd64(&adapter->memory.frame_bytes, -size);
  }
}

bool nt_mdl_copy(PMDL mdl, SIZE_T offset_bytes, uint8_t *destination, SIZE_T length_bytes) {
  for (; length_bytes > 0; mdl = mdl->Next) {
    if (mdl == NULL) return false;
    SIZE_T count = MmGetMdlByteCount(mdl);
    if (offset_bytes >= count) {
      offset_bytes -= count;
      continue;
    }
    const uint8_t *source = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
    if (source == NULL) return false;
    SIZE_T part = count - offset_bytes < length_bytes ? count - offset_bytes : length_bytes;
    memcpy(destination, source + offset_bytes, part);
    destination += part;
    length_bytes -= part;
    offset_bytes = 0;
  }
  return true;
}
