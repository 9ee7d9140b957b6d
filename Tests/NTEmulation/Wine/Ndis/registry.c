// What NDIS keeps in the registry about an adapter, as programs read it: its identifier, which its maker has suggested,
// and the parts of its LUID.
#include "edge.h"

static NTSTATUS read_suggested(HANDLE key, GUID *id) {
  UNICODE_STRING name = RTL_CONSTANT_STRING(L"SuggestedInstanceId");
  union {
    KEY_VALUE_PARTIAL_INFORMATION value;
    UCHAR room[sizeof(KEY_VALUE_PARTIAL_INFORMATION) + sizeof(GUID)];
  } found;
  ULONG length;
  NTSTATUS status = ZwQueryValueKey(key, &name, KeyValuePartialInformation, &found, sizeof found, &length);
  if (!NT_SUCCESS(status)) return status;
  if (found.value.DataLength != sizeof *id) return STATUS_OBJECT_NAME_NOT_FOUND;
  memcpy(id, found.value.Data, sizeof *id);
  return STATUS_SUCCESS;
}

static void write_number(HANDLE key, const WCHAR *text, ULONG number) {
  UNICODE_STRING name;
  RtlInitUnicodeString(&name, text);
  ZwSetValueKey(key, &name, 0, REG_DWORD, &number, sizeof number);
}

void emul_registry_write(struct emul_adapter *adapter) {
  HANDLE key;
  GUID id;
  // Where Lacking/swdevice.c keeps it. Devices that nobody made with one in mind are found by other means.
  if (!NT_SUCCESS(IoOpenDeviceRegistryKey(adapter->physical, PLUGPLAY_REGKEY_DEVICE, KEY_ALL_ACCESS, &key))) return;
  BOOLEAN is_suggested = NT_SUCCESS(read_suggested(key, &id));
  ZwClose(key);
  if (!NT_SUCCESS(IoOpenDeviceRegistryKey(adapter->physical, PLUGPLAY_REGKEY_DRIVER, KEY_ALL_ACCESS, &key))) return;
  if (is_suggested) {
    UNICODE_STRING text, name = RTL_CONSTANT_STRING(L"NetCfgInstanceId");
    if (NT_SUCCESS(RtlStringFromGUID(&id, &text))) {
      ZwSetValueKey(key, &name, 0, REG_SZ, text.Buffer, text.Length + sizeof(WCHAR));
      RtlFreeUnicodeString(&text);
    }
    write_number(key, L"NetLuidIndex", (ULONG)(adapter->luid >> 24) & 0xffffff);
    write_number(key, L"*IfType", (ULONG)(adapter->luid >> 48));
  }
  ZwClose(key);
}
