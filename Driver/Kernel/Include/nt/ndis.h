// NDIS 6.50: what a miniport for IP packets needs, from Microsoft's published reference (ndis.h, ntddndis.h).
#pragma once

#include <nt/kernel.h>
#include <stddef.h>

typedef int NDIS_STATUS;
typedef PVOID NDIS_HANDLE;
typedef ULONG NDIS_OID;
typedef ULONG NDIS_PORT_NUMBER;

#define NDIS_STATUS_SUCCESS ((NDIS_STATUS)0)
#define NDIS_STATUS_FAILURE ((NDIS_STATUS)0xc0000001)
#define NDIS_STATUS_RESOURCES ((NDIS_STATUS)0xc000009a)
#define NDIS_STATUS_NOT_SUPPORTED ((NDIS_STATUS)0xc00000bb)
#define NDIS_STATUS_INVALID_PARAMETER ((NDIS_STATUS)0xc000000d)
#define NDIS_STATUS_INVALID_LENGTH ((NDIS_STATUS)0xc0010014)
#define NDIS_STATUS_INVALID_DATA ((NDIS_STATUS)0xc0010015)
#define NDIS_STATUS_BUFFER_TOO_SHORT ((NDIS_STATUS)0xc0010016)
#define NDIS_STATUS_INVALID_OID ((NDIS_STATUS)0xc0010017)
#define NDIS_STATUS_ADAPTER_REMOVED ((NDIS_STATUS)0xc0010018)
#define NDIS_STATUS_MEDIA_DISCONNECTED ((NDIS_STATUS)0xc001001f)
#define NDIS_STATUS_PAUSED ((NDIS_STATUS)0xc023002a)
#define NDIS_STATUS_UNSUPPORTED_REVISION ((NDIS_STATUS)0xc023002c)
#define NDIS_STATUS_LINK_STATE ((NDIS_STATUS)0x40010017)

typedef struct _NDIS_OBJECT_HEADER {
  UCHAR Type;
  UCHAR Revision;
  USHORT Size;
} NDIS_OBJECT_HEADER;

#define NDIS_OBJECT_TYPE_DEFAULT 0x80
#define NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS 0x8a
#define NDIS_OBJECT_TYPE_STATUS_INDICATION 0x98
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_REGISTRATION_ATTRIBUTES 0x9e
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_GENERAL_ATTRIBUTES 0x9f
#define NDIS_OBJECT_TYPE_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES 0xa0
#define NDIS_OBJECT_TYPE_OFFLOAD 0xa7

// Packets: see ndis_buffers.h.
struct _NET_BUFFER_LIST;

// ---- the driver ----

typedef struct _NDIS_MINIPORT_INIT_PARAMETERS {
  NDIS_OBJECT_HEADER Header;
  ULONG Flags;
  PVOID AllocatedResources;
  NDIS_HANDLE IMDeviceInstanceContext;
  NDIS_HANDLE MiniportAddDeviceContext;
  ULONG IfIndex;
  ULONG64 NetLuid;
  PVOID DefaultPortAuthStates;
  PVOID PciDeviceCustomProperties;
} NDIS_MINIPORT_INIT_PARAMETERS;

typedef enum {
  NdisRequestQueryInformation,
  NdisRequestSetInformation,
  NdisRequestQueryStatistics,
  NdisRequestMethod = 12
} NDIS_REQUEST_TYPE;

/// A request for an object; queries and sets have the same fields.
typedef struct _NDIS_OID_REQUEST {
  NDIS_OBJECT_HEADER Header;
  NDIS_REQUEST_TYPE RequestType;
  NDIS_PORT_NUMBER PortNumber;
  ULONG Timeout;
  PVOID RequestId;
  NDIS_HANDLE RequestHandle;
  NDIS_OID Oid;
  PVOID InformationBuffer;
  ULONG InformationBufferLength;
  /// Written by a query, read by a set.
  ULONG BytesDone;
  ULONG BytesNeeded;
} NDIS_OID_REQUEST;

/// Reason and state of a halt, a pause or a restart; the driver treats all alike.
typedef NDIS_STATUS(NTAPI *MINIPORT_INITIALIZE)(
    NDIS_HANDLE adapter, NDIS_HANDLE driver_context, NDIS_MINIPORT_INIT_PARAMETERS *parameters);
typedef VOID(NTAPI *MINIPORT_HALT)(NDIS_HANDLE context, int action);
typedef VOID(NTAPI *MINIPORT_DRIVER_UNLOAD)(PDRIVER_OBJECT driver);
typedef NDIS_STATUS(NTAPI *MINIPORT_PAUSE)(NDIS_HANDLE context, PVOID parameters);
typedef NDIS_STATUS(NTAPI *MINIPORT_RESTART)(NDIS_HANDLE context, PVOID parameters);
typedef NDIS_STATUS(NTAPI *MINIPORT_OID_REQUEST)(NDIS_HANDLE context, NDIS_OID_REQUEST *request);
typedef VOID(NTAPI *MINIPORT_SEND_NET_BUFFER_LISTS)(
    NDIS_HANDLE context, struct _NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags);
typedef VOID(NTAPI *MINIPORT_RETURN_NET_BUFFER_LISTS)(
    NDIS_HANDLE context, struct _NET_BUFFER_LIST *lists, ULONG flags);
typedef VOID(NTAPI *MINIPORT_CANCEL_SEND)(NDIS_HANDLE context, PVOID cancel_id);
typedef VOID(NTAPI *MINIPORT_DEVICE_PNP_EVENT_NOTIFY)(NDIS_HANDLE context, PVOID event);
typedef VOID(NTAPI *MINIPORT_SHUTDOWN)(NDIS_HANDLE context, int action);
typedef VOID(NTAPI *MINIPORT_CANCEL_OID_REQUEST)(NDIS_HANDLE context, PVOID request_id);

typedef struct _NDIS_MINIPORT_DRIVER_CHARACTERISTICS {
  NDIS_OBJECT_HEADER Header;
  UCHAR MajorNdisVersion, MinorNdisVersion, MajorDriverVersion, MinorDriverVersion;
  ULONG Flags;
  PVOID SetOptionsHandler;
  MINIPORT_INITIALIZE InitializeHandlerEx;
  MINIPORT_HALT HaltHandlerEx;
  MINIPORT_DRIVER_UNLOAD UnloadHandler;
  MINIPORT_PAUSE PauseHandler;
  MINIPORT_RESTART RestartHandler;
  MINIPORT_OID_REQUEST OidRequestHandler;
  MINIPORT_SEND_NET_BUFFER_LISTS SendNetBufferListsHandler;
  MINIPORT_RETURN_NET_BUFFER_LISTS ReturnNetBufferListsHandler;
  MINIPORT_CANCEL_SEND CancelSendHandler;
  PVOID CheckForHangHandlerEx;
  PVOID ResetHandlerEx;
  MINIPORT_DEVICE_PNP_EVENT_NOTIFY DevicePnPEventNotifyHandler;
  MINIPORT_SHUTDOWN ShutdownHandlerEx;
  MINIPORT_CANCEL_OID_REQUEST CancelOidRequestHandler;
  MINIPORT_OID_REQUEST DirectOidRequestHandler;
  MINIPORT_CANCEL_OID_REQUEST CancelDirectOidRequestHandler;
  /// Revision 3, NDIS 6.80.
  PVOID SynchronousOidRequestHandler;
} NDIS_MINIPORT_DRIVER_CHARACTERISTICS;

#define NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_2 \
  offsetof(NDIS_MINIPORT_DRIVER_CHARACTERISTICS, SynchronousOidRequestHandler)

// ---- statistics and link state ----

typedef struct _NDIS_STATISTICS_INFO {
  NDIS_OBJECT_HEADER Header;
  ULONG SupportedStatistics;
  ULONG64 ifInDiscards, ifInErrors;
  ULONG64 ifHCInOctets, ifHCInUcastPkts, ifHCInMulticastPkts, ifHCInBroadcastPkts;
  ULONG64 ifHCOutOctets, ifHCOutUcastPkts, ifHCOutMulticastPkts, ifHCOutBroadcastPkts;
  ULONG64 ifOutErrors, ifOutDiscards;
  ULONG64 ifHCInUcastOctets, ifHCInMulticastOctets, ifHCInBroadcastOctets;
  ULONG64 ifHCOutUcastOctets, ifHCOutMulticastOctets, ifHCOutBroadcastOctets;
} NDIS_STATISTICS_INFO;

typedef enum {
  MediaConnectStateUnknown,
  MediaConnectStateConnected,
  MediaConnectStateDisconnected
} NET_IF_MEDIA_CONNECT_STATE;
#define MediaDuplexStateFull 2
#define NdisPauseFunctionsUnsupported 0

typedef struct _NDIS_LINK_STATE {
  NDIS_OBJECT_HEADER Header;
  NET_IF_MEDIA_CONNECT_STATE MediaConnectState;
  int MediaDuplexState;
  ULONG64 XmitLinkSpeed, RcvLinkSpeed;
  int PauseFunctions;
  ULONG AutoNegotiationFlags;
} NDIS_LINK_STATE;

typedef struct _NDIS_STATUS_INDICATION {
  NDIS_OBJECT_HEADER Header;
  NDIS_HANDLE SourceHandle;
  NDIS_PORT_NUMBER PortNumber;
  NDIS_STATUS StatusCode;
  ULONG Flags;
  NDIS_HANDLE DestinationHandle;
  PVOID RequestId;
  PVOID StatusBuffer;
  ULONG StatusBufferSize;
  GUID Guid;
  PVOID NdisReserved[4];
} NDIS_STATUS_INDICATION;

typedef struct _NDIS_INTERRUPT_MODERATION_PARAMETERS {
  NDIS_OBJECT_HEADER Header;
  ULONG Flags;
  /// 1: not supported.
  ULONG InterruptModeration;
} NDIS_INTERRUPT_MODERATION_PARAMETERS;

NT_LAYOUT(sizeof(NDIS_MINIPORT_INIT_PARAMETERS), 0x40, 0x28);
NT_LAYOUT(sizeof(NDIS_MINIPORT_DRIVER_CHARACTERISTICS), 0xa0, 0x54);
NT_LAYOUT(offsetof(NDIS_OID_REQUEST, Oid), 0x20, 0x18);
NT_LAYOUT(offsetof(NDIS_OID_REQUEST, BytesNeeded), 0x38, 0x28);
NT_LAYOUT(sizeof(NDIS_STATISTICS_INFO), 0x98, 0x98);
NT_LAYOUT(sizeof(NDIS_LINK_STATE), 0x28, 0x28);
NT_LAYOUT(sizeof(NDIS_STATUS_INDICATION), 0x70, 0x44);

ULONG NTAPI NdisGetVersion(void);
NDIS_STATUS NTAPI NdisMRegisterMiniportDriver(
    PDRIVER_OBJECT driver, PUNICODE_STRING registry_path, NDIS_HANDLE driver_context,
    NDIS_MINIPORT_DRIVER_CHARACTERISTICS *characteristics, NDIS_HANDLE *handle);
VOID NTAPI NdisMDeregisterMiniportDriver(NDIS_HANDLE handle);
VOID NTAPI NdisMIndicateStatusEx(NDIS_HANDLE adapter, NDIS_STATUS_INDICATION *indication);
VOID NTAPI NdisMGetDeviceProperty(
    NDIS_HANDLE adapter, PDEVICE_OBJECT *physical, PDEVICE_OBJECT *functional, PDEVICE_OBJECT *next, PVOID resources,
    PVOID translated);
