// Packets from the protocol stack, at up to DISPATCH_LEVEL: each is copied into a frame and queued, and the stack has
// its own back at once. Whether it is a packet at all is the shell's to say.
#include "adapter.h"

/// No IP packet that fits into a tunnel is longer.
#define PACKET_MAX 65535

static NDIS_STATUS queue_packet(
    struct nt_adapter *adapter, const NET_BUFFER *buffer, const struct shell_tasks *left) {
  if (buffer->DataLength == 0 || buffer->DataLength > PACKET_MAX) {
    InterlockedIncrement64(&adapter->miniport.send_errors);
    return NDIS_STATUS_FAILURE;
  }
  struct shell_frame *frame = host_frame_take(adapter, buffer->DataLength);
  if (frame != NULL) {
    uint8_t *place = frame->bytes + frame->offset;
    if (nt_mdl_copy(buffer->CurrentMdl, buffer->CurrentMdlOffset, place, buffer->DataLength)) {
      frame->family = *place >> 4;
      frame->left = *left;
      if (!nt_tasks_fit(left, frame)) {
        InterlockedIncrement64(&adapter->miniport.send_errors);
        host_frame_give_back(adapter, frame);
        return NDIS_STATUS_FAILURE;
      }
      if (nt_queue_append(&adapter->outbound, frame)) return NDIS_STATUS_SUCCESS;
    }
    host_frame_give_back(adapter, frame);
  }
  InterlockedIncrement64(&adapter->miniport.send_discards);
  return NDIS_STATUS_RESOURCES;
}

// The worst that befell a packet of the list.
static NDIS_STATUS queue_list(struct nt_adapter *adapter, const NET_BUFFER_LIST *list) {
  struct shell_tasks left;
  if (nt_tasks_read(adapter, list, &left) != NDIS_STATUS_SUCCESS) {
    for (const NET_BUFFER *buffer = list->FirstNetBuffer; buffer != NULL; buffer = buffer->Next)
      InterlockedIncrement64(&adapter->miniport.send_errors);
    return NDIS_STATUS_FAILURE;
  }
  NDIS_STATUS status = list->FirstNetBuffer == NULL ? NDIS_STATUS_FAILURE : NDIS_STATUS_SUCCESS;
  for (const NET_BUFFER *buffer = list->FirstNetBuffer; buffer != NULL; buffer = buffer->Next) {
    NDIS_STATUS one = queue_packet(adapter, buffer, &left);
    if (one != NDIS_STATUS_SUCCESS) status = one;
  }
  return status;
}

static void refuse(struct nt_adapter *adapter, NET_BUFFER_LIST *list, NDIS_STATUS status) {
  for (const NET_BUFFER *buffer = list->FirstNetBuffer; buffer != NULL; buffer = buffer->Next)
    InterlockedIncrement64(&adapter->miniport.send_discards);
  list->Status = status;
}

VOID NTAPI nt_send(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags) {
  UNREFERENCED_PARAMETER(port);
  struct nt_adapter *adapter = context;
  bool is_running = ExAcquireRundownProtection(&adapter->miniport.sends);
  for (NET_BUFFER_LIST *list = lists; list != NULL; list = list->Next) {
    if (!is_running)
      refuse(adapter, list, NDIS_STATUS_PAUSED);
    else if (adapter->miniport.is_up == 0)
      refuse(adapter, list, NDIS_STATUS_MEDIA_DISCONNECTED);
    else
      list->Status = queue_list(adapter, list);
    nt_tasks_complete(list);
  }
  if (is_running) host_wake(adapter);
  NdisMSendNetBufferListsComplete(
      adapter->miniport.handle, lists,
      flags & NDIS_SEND_FLAGS_DISPATCH_LEVEL ? NDIS_SEND_COMPLETE_FLAGS_DISPATCH_LEVEL : 0);
  if (is_running) ExReleaseRundownProtection(&adapter->miniport.sends);
}
