// A miniport that indicates a packet when it is restarted, and completes what is sent. A sample writes `change`, which
// puts handlers of its own in the place of these.
#pragma once

// The attributes of needletail.sys, which are the only ones that the emulation knows.
#include "../../../Driver/Kernel/Glue/attributes.c"
#include "../../../Driver/Kernel/Glue/offload.c"

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers);

static struct nt_adapter adapter;
static NDIS_HANDLE driver_handle, pool;
static UCHAR packet[60] = {0x45, 0, 0, 60};
static MDL packet_mdl;

static inline NET_BUFFER_LIST *make_list(void) {
  MmInitializeMdl(&packet_mdl, packet, sizeof packet);
  MmBuildMdlForNonPagedPool(&packet_mdl);
  NET_BUFFER_LIST *list = NdisAllocateNetBufferAndNetBufferList(pool, 0, 0, &packet_mdl, 0, sizeof packet);
  list->SourceHandle = adapter.miniport.handle;
  list->NblFlags = NDIS_NBL_FLAGS_IS_IPV4;
  list->NetBufferListInfo[NetBufferListProtocolId] = (PVOID)8;
  list->NetBufferListInfo[TcpIpChecksumNetBufferListInfo] = (PVOID)NT_CHECKSUMS_SUCCEEDED;
  return list;
}

static inline void indicate(NET_BUFFER_LIST *list) {
  NdisMIndicateReceiveNetBufferLists(adapter.miniport.handle, list, NDIS_DEFAULT_PORT_NUMBER, 1, 0);
}

static inline void complete(NET_BUFFER_LIST *lists) {
  for (NET_BUFFER_LIST *list = lists; list != NULL; list = list->Next) list->Status = NDIS_STATUS_SUCCESS;
  NdisMSendNetBufferListsComplete(adapter.miniport.handle, lists, 0);
}

static NDIS_STATUS NTAPI
initialize(NDIS_HANDLE handle, NDIS_HANDLE context, NDIS_MINIPORT_INIT_PARAMETERS *parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  adapter.miniport.handle = handle;
  adapter.settings.offloads = NT_OFFLOADS_DEFAULT;
  NET_BUFFER_LIST_POOL_PARAMETERS wanted = {{NDIS_OBJECT_TYPE_DEFAULT, 1, 0x10}, 0, TRUE, 0, 'lpmS', 0};
  pool = NdisAllocateNetBufferListPool(handle, &wanted);
  return nt_attributes_set(&adapter);
}

static VOID NTAPI halt(NDIS_HANDLE context, int action) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(action);
  NdisFreeNetBufferListPool(pool);
}

static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI restart(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(parameters);
  indicate(make_list());
  return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI send(NDIS_HANDLE context, NET_BUFFER_LIST *lists, NDIS_PORT_NUMBER port, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(port);
  UNREFERENCED_PARAMETER(flags);
  complete(lists);
}

static VOID NTAPI take_back(NDIS_HANDLE context, NET_BUFFER_LIST *lists, ULONG flags) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(flags);
  NdisFreeNetBufferList(lists);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver) {
  UNREFERENCED_PARAMETER(driver);
  NdisMDeregisterMiniportDriver(driver_handle);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
  NDIS_MINIPORT_DRIVER_CHARACTERISTICS handlers;
  memset(&handlers, 0, sizeof handlers);
  handlers.Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS, 2, NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_2};
  handlers.MajorNdisVersion = 6;
  handlers.MinorNdisVersion = 50;
  handlers.InitializeHandlerEx = initialize;
  handlers.HaltHandlerEx = halt;
  handlers.UnloadHandler = unload;
  handlers.PauseHandler = pause;
  handlers.RestartHandler = restart;
  handlers.SendNetBufferListsHandler = send;
  handlers.ReturnNetBufferListsHandler = take_back;
  // Nobody calls these.
  handlers.OidRequestHandler = (MINIPORT_OID_REQUEST)(void *)unload;
  handlers.CancelSendHandler = (MINIPORT_CANCEL_SEND)(void *)unload;
  handlers.DevicePnPEventNotifyHandler = (MINIPORT_DEVICE_PNP_EVENT_NOTIFY)(void *)unload;
  handlers.ShutdownHandlerEx = (MINIPORT_SHUTDOWN)(void *)unload;
  handlers.CancelOidRequestHandler = (MINIPORT_CANCEL_OID_REQUEST)(void *)unload;
  change(&handlers);
  return NdisMRegisterMiniportDriver(driver, path, NULL, &handlers, &driver_handle);
}
