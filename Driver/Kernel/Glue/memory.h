// The driver's memory: nonpaged, not executable, tagged; and frames.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

struct nt_memory {
  /// Frames for packets of up to NT_FRAME_CONTENT bytes.
  NPAGED_LOOKASIDE_LIST frames;
  /// Bytes of all frames that are out.
  volatile LONG64 frame_bytes;
};

/// Bytes of content of a frame from the list; larger ones come from the pool.
#define NT_FRAME_CONTENT 2048
/// Bytes of all frames of an adapter together, at most.
#define NT_FRAME_BYTES_MAX (64LL << 20)

void nt_memory_open(struct nt_adapter *adapter);
/// All frames are back.
void nt_memory_close(struct nt_adapter *adapter);

/// Nonpaged memory of any content, or NULL.
void *nt_pool_take(SIZE_T length_bytes);
void nt_pool_give_back(void *place);

/// Copies `length_bytes` that begin `offset_bytes` into a chain of MDLs; false when the chain is shorter or a page of
/// it cannot be mapped. Up to DISPATCH_LEVEL.
bool nt_mdl_copy(PMDL mdl, SIZE_T offset_bytes, uint8_t *destination, SIZE_T length_bytes);
