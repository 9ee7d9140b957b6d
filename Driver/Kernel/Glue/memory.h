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

NTSTATUS nt_memory_open(struct nt_adapter *adapter);
/// All frames are back.
void nt_memory_close(struct nt_adapter *adapter);

/// Nonpaged memory of any content, or NULL.
void *nt_pool_take(SIZE_T length_bytes);
void nt_pool_give_back(void *place);
