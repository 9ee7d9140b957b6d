// netio.sys: IP interfaces, of which there is nothing but an MTU.
#include "netio_parts.h"

#define INTERFACES 8

static struct {
  ULONG64 luid;
  ULONG mtu[2];
} interfaces[INTERFACES];
static struct {
  PIPINTERFACE_CHANGE_CALLBACK callback;
  void *context;
} notifications[INTERFACES];
static KSPIN_LOCK lock;

static void tell(ULONG64 luid, MIB_NOTIFICATION_TYPE type) {
  for (int i = 0; i < INTERFACES; i++) {
    if (notifications[i].callback == NULL) continue;
    for (USHORT family = AF_INET; family <= AF_INET6; family += AF_INET6 - AF_INET) {
      MIB_IPINTERFACE_ROW row;
      memset(&row, 0, sizeof row);
      row.Family = family;
      row.InterfaceLuid = luid;
      notifications[i].callback(notifications[i].context, &row, type);
    }
  }
}

NTSTATUS NTAPI NotifyIpInterfaceChange(
    USHORT family, PIPINTERFACE_CHANGE_CALLBACK callback, PVOID context, BOOLEAN initial, HANDLE *notification) {
  REQUIRE(family == AF_UNSPEC && !initial && EmulIrql() <= APC_LEVEL);
  NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
  if (MUST_FAIL()) return status;
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  for (int i = 0; i < INTERFACES; i++) {
    if (notifications[i].callback != NULL) continue;
    notifications[i].callback = callback;
    notifications[i].context = context;
    *notification = &notifications[i];
    status = STATUS_SUCCESS;
    break;
  }
  KeReleaseSpinLock(&lock, irql);
  return status;
}

NTSTATUS NTAPI CancelMibChangeNotify2(HANDLE notification) {
  REQUIRE(EmulIrql() <= APC_LEVEL);
  KIRQL irql;
  KeAcquireSpinLock(&lock, &irql);
  for (int i = 0; i < INTERFACES; i++)
    if (notification == &notifications[i]) notifications[i].callback = NULL;
  KeReleaseSpinLock(&lock, irql);
  emul_routes_cancel(notification);
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI GetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row) {
  REQUIRE(EmulIrql() <= APC_LEVEL && (row->Family == AF_INET || row->Family == AF_INET6));
  if (MUST_FAIL()) return STATUS_INSUFFICIENT_RESOURCES;
  for (int i = 0; i < INTERFACES; i++) {
    ULONG mtu = interfaces[i].mtu[row->Family == AF_INET6];
    if (interfaces[i].luid != row->InterfaceLuid || mtu == 0) continue;
    row->NlMtu = mtu;
    row->Connected = TRUE;
    return STATUS_SUCCESS;
  }
  return emul_route_interface(row) ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}

NTSTATUS NTAPI SetIpInterfaceEntry(MIB_IPINTERFACE_ROW *row) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && (row->Family == AF_INET6 || row->SitePrefixLength == 0));
  if (MUST_FAIL()) return STATUS_INSUFFICIENT_RESOURCES;
  for (int i = 0; i < INTERFACES; i++) {
    if (interfaces[i].luid != row->InterfaceLuid) continue;
    interfaces[i].mtu[row->Family == AF_INET6] = row->NlMtu;
    return STATUS_SUCCESS;
  }
  return STATUS_NOT_FOUND;
}

/// An IP interface of a family begins, with the MTU that the adapter told NDIS of.
void EmulNetioAddInterface(uint64_t luid, uint32_t mtu) {
  for (int i = 0; i < INTERFACES; i++) {
    if (interfaces[i].luid != luid && interfaces[i].luid != 0) continue;
    interfaces[i].luid = luid;
    interfaces[i].mtu[0] = interfaces[i].mtu[1] = mtu;
    break;
  }
  tell(luid, MibAddInstance);
}

/// Sets an interface's MTU for both families, and tells whoever asked.
void EmulNetioSetMtu(uint64_t luid, uint32_t mtu) {
  for (int i = 0; i < INTERFACES; i++) {
    if (interfaces[i].luid != luid && interfaces[i].luid != 0) continue;
    interfaces[i].luid = luid;
    interfaces[i].mtu[0] = interfaces[i].mtu[1] = mtu;
    break;
  }
  tell(luid, MibParameterNotification);
}

/// The MTU of an interface for a family (4 or 6); 0 when there is none.
uint32_t EmulNetioMtu(uint64_t luid, uint32_t family) {
  for (int i = 0; i < INTERFACES; i++)
    if (interfaces[i].luid == luid) return interfaces[i].mtu[family == 6];
  return 0;
}

/// Notifications that are not cancelled.
uint32_t EmulNetioNotifications(void) {
  uint32_t count = 0;
  for (int i = 0; i < INTERFACES; i++) count += notifications[i].callback != NULL;
  return count + emul_route_notifications();
}
