// What the information of a list asks the driver to do, at up to DISPATCH_LEVEL. Only what is on counts: an entry that
// nobody has offered to read may hold anything.
#include <nt/ndis_offload.h>

#include "adapter.h"

#define UDP_HEADER 8
#define TCP_HEADER 20

static ULONG information(const NET_BUFFER_LIST *list, int entry) {
  return (ULONG)(ULONG_PTR)list->NetBufferListInfo[entry];
}

static NDIS_STATUS read_segmentation(
    const NET_BUFFER_LIST *list, ULONG info, bool is_on, UCHAR tasks, struct shell_tasks *left) {
  // Super-packets come one a list.
  if (!is_on || list->FirstNetBuffer == NULL || list->FirstNetBuffer->Next != NULL) return NDIS_STATUS_FAILURE;
  left->segment_bytes = NT_SEGMENT_BYTES(info);
  left->transport = (uint16_t)NT_SEGMENT_TRANSPORT(info);
  left->tasks = tasks;
  left->family = info & NT_SEGMENT_IPV6 ? 6 : 4;
  return left->segment_bytes > 0 ? NDIS_STATUS_SUCCESS : NDIS_STATUS_FAILURE;
}

static void read_checksums(ULONG info, ULONG active, struct shell_tasks *left) {
  bool is_v4 = info & NT_CHECKSUM_IS_IPV4, is_v6 = info & NT_CHECKSUM_IS_IPV6;
  // Neither family: nothing is to be done. Both: nothing can be meant.
  if (is_v4 == is_v6) return;
  left->family = is_v6 ? 6 : 4;
  if ((info & NT_CHECKSUM_TCP) && (active & (is_v6 ? NT_TX_TCP6 : NT_TX_TCP4))) left->tasks |= SHELL_TASK_TCP_CHECKSUM;
  if ((info & NT_CHECKSUM_UDP) && (active & (is_v6 ? NT_TX_UDP6 : NT_TX_UDP4))) left->tasks |= SHELL_TASK_UDP_CHECKSUM;
  if ((info & NT_CHECKSUM_IP_HEADER) && is_v4 && (active & NT_TX_IPV4)) left->tasks |= SHELL_TASK_IPV4_CHECKSUM;
}

NDIS_STATUS nt_tasks_read(struct nt_adapter *adapter, const NET_BUFFER_LIST *list, struct shell_tasks *left) {
  const struct nt_offload *offload = &adapter->offload;
  ULONG active = (ULONG)offload->active;
  memset(left, 0, sizeof(*left));
  ULONG lso = information(list, TcpLargeSendNetBufferListInfo);
  ULONG uso = offload->capable & NT_OFFLOADS_USO ? information(list, UdpSegmentationOffloadInfo) : 0;
  if (lso != 0 && uso != 0) return NDIS_STATUS_FAILURE;
  if (lso != 0) {
    bool is_on = (lso & NT_LSO_V2) && (active & (lso & NT_SEGMENT_IPV6 ? NT_LSO6 : NT_LSO4));
    return read_segmentation(list, lso, is_on, SHELL_TASK_CUT | SHELL_TASK_TCP_CHECKSUM, left);
  }
  if (uso != 0) {
    bool is_on = active & (uso & NT_SEGMENT_IPV6 ? NT_USO6 : NT_USO4);
    return read_segmentation(list, uso, is_on, SHELL_TASK_CUT | SHELL_TASK_UDP_CHECKSUM, left);
  }
  read_checksums(information(list, TcpIpChecksumNetBufferListInfo), active, left);
  return NDIS_STATUS_SUCCESS;
}

bool nt_tasks_fit(const struct shell_tasks *left, const struct shell_frame *frame) {
  if (left->tasks == 0) return true;
  if (left->family != frame->family) return false;
  if ((left->tasks & SHELL_TASK_CUT) == 0) return true;
  return left->transport + (left->tasks & SHELL_TASK_TCP_CHECKSUM ? TCP_HEADER : UDP_HEADER) < frame->length;
}

void nt_tasks_complete(NET_BUFFER_LIST *list) {
  // Of version 2 nothing but the version goes back.
  ULONG_PTR lso = (ULONG_PTR)list->NetBufferListInfo[TcpLargeSendNetBufferListInfo];
  if (lso != 0) list->NetBufferListInfo[TcpLargeSendNetBufferListInfo] = (PVOID)(lso & NT_LSO_V2);
}

ULONG nt_tasks_received(struct nt_adapter *adapter, bool is_v6) {
  ULONG active = (ULONG)adapter->offload.active;
  if (is_v6) {
    ULONG transport =
        (active & NT_RX_TCP6 ? NT_TCP_SUCCEEDED : 0) | (active & NT_RX_UDP6 ? NT_UDP_SUCCEEDED : 0);
    // A header without a checksum is right.
    return transport == 0 ? 0 : transport | NT_IP_SUCCEEDED;
  }
  return (active & NT_RX_TCP4 ? NT_TCP_SUCCEEDED : 0) | (active & NT_RX_UDP4 ? NT_UDP_SUCCEEDED : 0) |
         (active & NT_RX_IPV4 ? NT_IP_SUCCEEDED : 0);
}
