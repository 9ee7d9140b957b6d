// The MTU only bounds padding, so a value that is a second old does no harm: it is read when the IP interface says that
// something changed, and looked at once a second while packets are sealed. Notifications and looks at PASSIVE_LEVEL.
//
// NDIS is told a greatest length that no path has, so that every MTU can be set. IP takes it for the MTU of an
// interface that nobody has set, and would fill its segments accordingly: such an interface gets the usual MTU of a
// tunnel.
#include "adapter.h"

/// Of 1,500 bytes the outer headers take 80 at most.
#define USUAL_MTU 1420

static bool is_set(ULONG mtu) { return mtu != 0 && mtu < NT_MTU; }

static void set_usual(struct nt_adapter *adapter, USHORT family) {
  MIB_IPINTERFACE_ROW row;
  memset(&row, 0, sizeof(row));
  row.Family = family;
  row.InterfaceLuid = adapter->miniport.luid;
  if (!NT_SUCCESS(GetIpInterfaceEntry(&row)) || is_set(row.NlMtu)) return;
  row.NlMtu = USUAL_MTU;
  if (family == AF_INET) row.SitePrefixLength = 0;
  // When it fails, the MTU stays unknown to us and whoever manages the interface sets it.
  SetIpInterfaceEntry(&row);
}

static void look(struct nt_adapter *adapter, USHORT family) {
  MIB_IPINTERFACE_ROW row;
  memset(&row, 0, sizeof(row));
  row.Family = family;
  row.InterfaceLuid = adapter->miniport.luid;
  bool is_known = NT_SUCCESS(GetIpInterfaceEntry(&row)) && is_set(row.NlMtu);
  InterlockedExchange(&adapter->mtu.values[family == AF_INET6], is_known ? (LONG)row.NlMtu : 0);
}

static VOID NTAPI changed(PVOID context, MIB_IPINTERFACE_ROW *row, MIB_NOTIFICATION_TYPE type) {
  struct nt_adapter *adapter = context;
  if (row == NULL || type == MibDeleteInstance || row->InterfaceLuid != adapter->miniport.luid) return;
  if (row->Family != AF_INET && row->Family != AF_INET6) return;
  if (type == MibAddInstance) set_usual(adapter, row->Family);
  look(adapter, row->Family);
}

NTSTATUS nt_mtu_open(struct nt_adapter *adapter) {
  memset(&adapter->mtu, 0, sizeof(adapter->mtu));
  return NotifyIpInterfaceChange(AF_UNSPEC, changed, adapter, FALSE, &adapter->mtu.notification);
}

void nt_mtu_close(struct nt_adapter *adapter) {
  // Waits for a notification that is under way.
  if (adapter->mtu.notification != NULL) CancelMibChangeNotify2(adapter->mtu.notification);
  adapter->mtu.notification = NULL;
}

uint32_t host_mtu(void *context, uint8_t family) {
  struct nt_adapter *adapter = context;
  ULONG64 counter;
  LONG64 now = (LONG64)KeQueryInterruptTimePrecise(&counter);
  LONG64 read_at = adapter->mtu.read_at;
  if ((read_at == 0 || now - read_at >= 10000000) &&
      InterlockedCompareExchange64(&adapter->mtu.read_at, now, read_at) == read_at) {
    look(adapter, AF_INET);
    look(adapter, AF_INET6);
  }
  return (uint32_t)adapter->mtu.values[family == 6];
}
