// What NDIS asks of an adapter. Answered at once; PASSIVE_LEVEL.
#include <nt/ndis_offload.h>

#include "adapter.h"
#include "system.h"

#define OID_GEN_TRANSMIT_BUFFER_SPACE 0x00010108
#define OID_GEN_RECEIVE_BUFFER_SPACE 0x00010109
#define OID_GEN_TRANSMIT_BLOCK_SIZE 0x0001010a
#define OID_GEN_RECEIVE_BLOCK_SIZE 0x0001010b
#define OID_GEN_VENDOR_ID 0x0001010c
#define OID_GEN_VENDOR_DESCRIPTION 0x0001010d
#define OID_GEN_CURRENT_PACKET_FILTER 0x0001010e
#define OID_GEN_CURRENT_LOOKAHEAD 0x0001010f
#define OID_GEN_MAXIMUM_TOTAL_SIZE 0x00010111
#define OID_GEN_VENDOR_DRIVER_VERSION 0x00010116
#define OID_GEN_LINK_PARAMETERS 0x00010208
#define OID_GEN_INTERRUPT_MODERATION 0x00010209
#define OID_GEN_XMIT_OK 0x00020101
#define OID_GEN_RCV_OK 0x00020102
#define OID_GEN_STATISTICS 0x00020106
#define OID_PNP_SET_POWER 0xfd010101
#define OID_PNP_QUERY_POWER 0xfd010102

/// Bytes NDIS may believe are buffered.
#define BUFFER_SPACE (64u << 20)
/// NdisDeviceStateD1; deeper ones are greater.
#define DEVICE_STATE_D1 2
#define INTERRUPT_MODERATION_NOT_SUPPORTED 1

static const char vendor[] = "Needletail";
/// No vendor has this identifier.
static const UCHAR vendor_id[4] = {0xff, 0xff, 0xff, 0};

static NDIS_STATUS answer(NDIS_OID_REQUEST *request, const void *value, ULONG length) {
  if (request->InformationBufferLength < length) {
    request->BytesNeeded = length;
    return NDIS_STATUS_BUFFER_TOO_SHORT;
  }
  memcpy(request->InformationBuffer, value, length);
  request->BytesDone = length;
  return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS answer_number(NDIS_OID_REQUEST *request, ULONG number) {
  return answer(request, &number, sizeof(number));
}

// A counter fits into 8 bytes, or, cut, into 4.
static NDIS_STATUS answer_counter(NDIS_OID_REQUEST *request, ULONG64 count) {
  if (request->InformationBufferLength >= sizeof(ULONG) && request->InformationBufferLength < sizeof(count))
    return answer_number(request, (ULONG)count);
  return answer(request, &count, sizeof(count));
}

static void read_statistics(struct nt_adapter *adapter, NDIS_STATISTICS_INFO *info) {
  struct shell_statistics counts;
  shell_statistics_read(adapter->shell, &counts);
  memset(info, 0, sizeof(*info));
  info->Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(*info)};
  info->SupportedStatistics = NT_STATISTICS_MASK;
  info->ifInErrors = counts.receive_errors;
  info->ifInDiscards = counts.receive_discards + (ULONG64)adapter->sockets.receive_discards +
                       (ULONG64)adapter->miniport.receive_discards;
  info->ifHCInOctets = info->ifHCInUcastOctets = counts.received_bytes;
  info->ifHCInUcastPkts = counts.received_packets;
  info->ifHCOutOctets = info->ifHCOutUcastOctets = counts.sent_bytes;
  info->ifHCOutUcastPkts = counts.sent_packets;
  info->ifOutErrors =
      counts.send_errors + (ULONG64)adapter->sockets.send_errors + (ULONG64)adapter->miniport.send_errors;
  info->ifOutDiscards = counts.send_discards + (ULONG64)adapter->miniport.send_discards;
}

static NDIS_STATUS query(struct nt_adapter *adapter, NDIS_OID_REQUEST *request) {
  NDIS_STATISTICS_INFO statistics;
  switch (request->Oid) {
    case OID_GEN_MAXIMUM_TOTAL_SIZE:
    case OID_GEN_TRANSMIT_BLOCK_SIZE:
    case OID_GEN_RECEIVE_BLOCK_SIZE:
      return answer_number(request, NT_MTU);
    case OID_GEN_TRANSMIT_BUFFER_SPACE:
    case OID_GEN_RECEIVE_BUFFER_SPACE:
      return answer_number(request, BUFFER_SPACE);
    case OID_GEN_VENDOR_ID:
      return answer(request, vendor_id, sizeof(vendor_id));
    case OID_GEN_VENDOR_DESCRIPTION:
      return answer(request, vendor, sizeof(vendor));
    case OID_GEN_VENDOR_DRIVER_VERSION:
      return answer_number(request, NT_DRIVER_MAJOR << 16 | NT_DRIVER_MINOR);
    case OID_GEN_XMIT_OK:
      read_statistics(adapter, &statistics);
      return answer_counter(request, statistics.ifHCOutUcastPkts);
    case OID_GEN_RCV_OK:
      read_statistics(adapter, &statistics);
      return answer_counter(request, statistics.ifHCInUcastPkts);
    case OID_GEN_STATISTICS:
      read_statistics(adapter, &statistics);
      return answer(request, &statistics, sizeof(statistics));
    case OID_GEN_INTERRUPT_MODERATION: {
      NDIS_INTERRUPT_MODERATION_PARAMETERS moderation = {
          {NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(moderation)}, 0, INTERRUPT_MODERATION_NOT_SUPPORTED};
      return answer(request, &moderation, sizeof(moderation));
    }
    case OID_PNP_QUERY_POWER:
      request->BytesDone = 0;
      return NDIS_STATUS_SUCCESS;
    default:
      return NDIS_STATUS_NOT_SUPPORTED;
  }
}

static NDIS_STATUS expect(NDIS_OID_REQUEST *request, ULONG length) {
  if (request->InformationBufferLength != length) {
    request->BytesNeeded = length;
    return NDIS_STATUS_INVALID_LENGTH;
  }
  request->BytesDone = length;
  return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS set(struct nt_adapter *adapter, NDIS_OID_REQUEST *request) {
  switch (request->Oid) {
    case OID_GEN_CURRENT_PACKET_FILTER:
    case OID_GEN_CURRENT_LOOKAHEAD:
      // Every packet passes, whole.
      return expect(request, sizeof(ULONG));
    case OID_GEN_LINK_PARAMETERS:
      request->BytesDone = request->InformationBufferLength;
      return NDIS_STATUS_SUCCESS;
    case OID_GEN_INTERRUPT_MODERATION:
      return NDIS_STATUS_INVALID_DATA;
    case OID_TCP_OFFLOAD_PARAMETERS:
      return nt_offload_set_parameters(adapter, request);
    case OID_OFFLOAD_ENCAPSULATION:
      return nt_offload_set_encapsulation(adapter, request);
    case OID_PNP_SET_POWER: {
      NDIS_STATUS status = expect(request, sizeof(ULONG));
      if (status != NDIS_STATUS_SUCCESS) return status;
      ULONG state;
      memcpy(&state, request->InformationBuffer, sizeof(state));
      if (state >= DEVICE_STATE_D1)
        nt_requests_quiesce(adapter);
      else
        nt_requests_resume(adapter);
      return NDIS_STATUS_SUCCESS;
    }
    default:
      return NDIS_STATUS_NOT_SUPPORTED;
  }
}

NDIS_STATUS NTAPI nt_oid_request(NDIS_HANDLE context, NDIS_OID_REQUEST *request) {
  request->BytesDone = request->BytesNeeded = 0;
  switch (request->RequestType) {
    case NdisRequestQueryInformation:
    case NdisRequestQueryStatistics:
      return query(context, request);
    case NdisRequestSetInformation:
      return set(context, request);
    default:
      return NDIS_STATUS_INVALID_OID;
  }
}
