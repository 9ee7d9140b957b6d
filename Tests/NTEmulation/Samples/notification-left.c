#include "sample.h"

#include <nt/netio.h>

static VOID NTAPI changed(PVOID context, MIB_IPINTERFACE_ROW *row, MIB_NOTIFICATION_TYPE type) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(row);
  UNREFERENCED_PARAMETER(type);
}

static void act(void) {
  HANDLE notification;
  NotifyIpInterfaceChange(AF_UNSPEC, changed, NULL, FALSE, &notification);
}
