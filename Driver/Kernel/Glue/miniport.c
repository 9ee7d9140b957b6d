// The miniport's life: registered once; each adapter is initialized paused, restarted, paused again and halted, all at
// PASSIVE_LEVEL.
#include "adapter.h"
#include "system.h"

/// Frames that wait for a worker, each way.
#define QUEUE_LIMIT 4096

static NDIS_HANDLE driver_handle;

// Takes an adapter apart that has got as far as `initialize` says; also the end of an adapter that worked.
static void close(struct nt_adapter *adapter) {
  nt_requests_close(adapter);
  nt_routes_close(adapter);
  if (adapter->shell != NULL) {
    shell_close(adapter->shell);
    nt_workers_close(adapter);
    nt_sockets_close(adapter);
    shell_interface_destroy(adapter->shell);
  }
  nt_mtu_close(adapter);
  host_frame_give_back(adapter, nt_queue_take(&adapter->outbound, MAXULONG));
  host_frame_give_back(adapter, nt_queue_take(&adapter->inbound, MAXULONG));
  nt_deliver_close(adapter);
  nt_memory_close(adapter);
  nt_pool_give_back(adapter);
}

static NDIS_STATUS open(struct nt_adapter *adapter) {
  nt_settings_read(adapter);
  NDIS_STATUS status = nt_attributes_set(adapter);
  if (status != NDIS_STATUS_SUCCESS) return status;
  status = nt_deliver_open(adapter);
  if (status != NDIS_STATUS_SUCCESS) return status;
  adapter->shell = shell_interface_create(adapter, adapter->workers.count);
  if (adapter->shell == NULL) return NDIS_STATUS_RESOURCES;
  if (!NT_SUCCESS(nt_workers_open(adapter)) || !NT_SUCCESS(nt_mtu_open(adapter))) return NDIS_STATUS_RESOURCES;
  if (!NT_SUCCESS(nt_routes_open(adapter))) return NDIS_STATUS_RESOURCES;
  nt_requests_open(adapter);
  return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI initialize(
    NDIS_HANDLE handle, NDIS_HANDLE driver_context, NDIS_MINIPORT_INIT_PARAMETERS *parameters) {
  UNREFERENCED_PARAMETER(driver_context);
  struct nt_adapter *adapter = nt_pool_take(sizeof(*adapter));
  if (adapter == NULL) return NDIS_STATUS_RESOURCES;
  memset(adapter, 0, sizeof(*adapter));
  struct nt_miniport *miniport = &adapter->miniport;
  miniport->handle = handle;
  miniport->luid = parameters->NetLuid;
  miniport->interface_index = parameters->IfIndex;
  NdisMGetDeviceProperty(handle, NULL, &miniport->device, NULL, NULL, NULL);
  // An adapter begins paused.
  ExInitializeRundownProtection(&miniport->sends);
  ExInitializeRundownProtection(&miniport->receives);
  ExWaitForRundownProtectionRelease(&miniport->sends);
  ExWaitForRundownProtectionRelease(&miniport->receives);
  nt_memory_open(adapter);
  nt_lane_open(adapter);
  nt_queue_open(&adapter->outbound, QUEUE_LIMIT);
  nt_queue_open(&adapter->inbound, QUEUE_LIMIT);
  nt_workers_init(adapter);
  nt_routes_init(adapter);
  nt_sockets_init(adapter);
  nt_requests_init(adapter);
  NDIS_STATUS status = open(adapter);
  if (status != NDIS_STATUS_SUCCESS) close(adapter);
  return status;
}

static VOID NTAPI halt(NDIS_HANDLE context, int action) {
  UNREFERENCED_PARAMETER(action);
  close(context);
}

static NDIS_STATUS NTAPI pause(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(parameters);
  struct nt_adapter *adapter = context;
  ExWaitForRundownProtectionRelease(&adapter->miniport.sends);
  nt_requests_quiesce(adapter);
  // Until the stack has given every packet back.
  ExWaitForRundownProtectionRelease(&adapter->miniport.receives);
  return NDIS_STATUS_SUCCESS;
}

static NDIS_STATUS NTAPI restart(NDIS_HANDLE context, PVOID parameters) {
  UNREFERENCED_PARAMETER(parameters);
  struct nt_adapter *adapter = context;
  ExReInitializeRundownProtection(&adapter->miniport.receives);
  ExReInitializeRundownProtection(&adapter->miniport.sends);
  nt_requests_resume(adapter);
  return NDIS_STATUS_SUCCESS;
}

static VOID NTAPI cancel_send(NDIS_HANDLE context, PVOID cancel_id) {
  // A send is complete before it returns: there is nothing to cancel.
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(cancel_id);
}

static VOID NTAPI pnp_event(NDIS_HANDLE context, PVOID event) {
  // Removal is heard of as an IRP (device.c).
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(event);
}

static VOID NTAPI shutdown(NDIS_HANDLE context, int action) {
  // There is no hardware to bring to rest.
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(action);
}

static VOID NTAPI cancel_oid(NDIS_HANDLE context, PVOID request_id) {
  // Every request is answered at once.
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(request_id);
}

static NDIS_STATUS NTAPI direct_oid(NDIS_HANDLE context, NDIS_OID_REQUEST *request) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(request);
  return NDIS_STATUS_NOT_SUPPORTED;
}

void host_state_changed(void *context, uint32_t is_up) {
  struct nt_adapter *adapter = context;
  InterlockedExchange(&adapter->miniport.is_up, (LONG)is_up);
  NDIS_LINK_STATE state;
  memset(&state, 0, sizeof(state));
  state.Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_DEFAULT, 1, sizeof(state)};
  state.MediaConnectState = is_up ? MediaConnectStateConnected : MediaConnectStateDisconnected;
  state.MediaDuplexState = MediaDuplexStateFull;
  state.XmitLinkSpeed = state.RcvLinkSpeed = NT_LINK_SPEED;
  state.PauseFunctions = NdisPauseFunctionsUnsupported;
  state.AutoNegotiationFlags = NT_AUTO_NEGOTIATED;
  NDIS_STATUS_INDICATION indication;
  memset(&indication, 0, sizeof(indication));
  indication.Header = (NDIS_OBJECT_HEADER){NDIS_OBJECT_TYPE_STATUS_INDICATION, 1, sizeof(indication)};
  indication.SourceHandle = adapter->miniport.handle;
  indication.StatusCode = NDIS_STATUS_LINK_STATE;
  indication.StatusBuffer = &state;
  indication.StatusBufferSize = sizeof(state);
  NdisMIndicateStatusEx(adapter->miniport.handle, &indication);
}

NDIS_STATUS nt_miniport_register(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path) {
  NDIS_MINIPORT_DRIVER_CHARACTERISTICS handlers;
  memset(&handlers, 0, sizeof(handlers));
  handlers.Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_MINIPORT_DRIVER_CHARACTERISTICS, 2, NDIS_SIZEOF_MINIPORT_DRIVER_CHARACTERISTICS_REVISION_2};
  handlers.MajorNdisVersion = 6;
  handlers.MinorNdisVersion = 50;
  handlers.MajorDriverVersion = NT_DRIVER_MAJOR;
  handlers.MinorDriverVersion = NT_DRIVER_MINOR;
  handlers.InitializeHandlerEx = initialize;
  handlers.HaltHandlerEx = halt;
  handlers.UnloadHandler = nt_unload;
  handlers.PauseHandler = pause;
  handlers.RestartHandler = restart;
  handlers.OidRequestHandler = nt_oid_request;
  handlers.SendNetBufferListsHandler = nt_send;
  handlers.ReturnNetBufferListsHandler = nt_return;
  handlers.CancelSendHandler = cancel_send;
  handlers.DevicePnPEventNotifyHandler = pnp_event;
  handlers.ShutdownHandlerEx = shutdown;
  handlers.CancelOidRequestHandler = cancel_oid;
  handlers.DirectOidRequestHandler = direct_oid;
  handlers.CancelDirectOidRequestHandler = cancel_oid;
  return NdisMRegisterMiniportDriver(driver, registry_path, NULL, &handlers, &driver_handle);
}

void nt_miniport_deregister(void) { NdisMDeregisterMiniportDriver(driver_handle); }
