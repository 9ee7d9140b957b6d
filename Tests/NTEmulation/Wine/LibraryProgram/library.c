// The library's functions, checks, and configurations.
#include "program.h"

int failures, checks;
struct library library;

void check(bool holds, const char *what, const char *file, int line) {
  checks++;
  if (!holds) failures++;
  if (holds) printf("PASS %s\n", what);
  else printf("FAIL %s (%s:%d)\n", what, file, line);
  fflush(stdout);
}

bool last_error_is(DWORD error) {
  DWORD found = GetLastError();
  if (found != error) printf("  last error %lu instead of %lu\n", found, error);
  return found == error;
}

bool library_find(FARPROC (*find)(void *image, const char *name), void *image) {
  static const char *const names[] = {
      "WireGuardCreateAdapter",           "WireGuardOpenAdapter",   "WireGuardCloseAdapter", "WireGuardGetAdapterLUID",
      "WireGuardGetRunningDriverVersion", "WireGuardDeleteDriver",  "WireGuardSetLogger",
             "WireGuardSetAdapterLogging",
      "WireGuardSetAdapterState",         "WireGuardGetAdapterState", "WireGuardSetConfiguration",
          "WireGuardGetConfiguration"};
  FARPROC found[12];
  _Static_assert(sizeof found == sizeof library, "one name a function");
  for (int i = 0; i < 12; i++)
    if ((found[i] = find(image, names[i])) == NULL) return false;
  memcpy(&library, found, sizeof found);
  return true;
}

static FARPROC find_loaded(void *image, const char *name) { return GetProcAddress(image, name); }

HMODULE library_load(const WCHAR *folder) {
  WCHAR path[MAX_PATH] = L"C:\\needletail\\";
  lstrcatW(path, folder);
  lstrcatW(path, L"\\needletail.dll");
  HMODULE image = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  return image != NULL && library_find(find_loaded, image) ? image : NULL;
}

void configuration_make(struct configuration *configuration, BYTE key) {
  memset(configuration, 0, sizeof *configuration);
  WIREGUARD_INTERFACE *record = &configuration->interface_record;
  record->Flags = WIREGUARD_INTERFACE_HAS_PRIVATE_KEY | WIREGUARD_INTERFACE_REPLACE_PEERS;
  memset(record->PrivateKey, key, sizeof record->PrivateKey);
  // As Curve25519 has it.
  record->PrivateKey[0] &= 248;
  record->PrivateKey[31] = (record->PrivateKey[31] & 127) | 64;
  record->PeersCount = 1;
  configuration->peer.Flags = WIREGUARD_PEER_HAS_PUBLIC_KEY | WIREGUARD_PEER_HAS_PERSISTENT_KEEPALIVE;
  memset(configuration->peer.PublicKey, key + 1, sizeof configuration->peer.PublicKey);
  configuration->peer.PersistentKeepalive = 3600;
  configuration->peer.AllowedIPsCount = 1;
  configuration->allowed.Address.V4.s_addr = 0x0000000a;
  configuration->allowed.AddressFamily = AF_INET;
  configuration->allowed.Cidr = 8;
}

bool configuration_is(WIREGUARD_ADAPTER_HANDLE adapter, BYTE key, WIREGUARD_ADAPTER_STATE state) {
  struct configuration wanted, found;
  WIREGUARD_ADAPTER_STATE is_up = 7;
  DWORD length = sizeof found;
  configuration_make(&wanted, key);
  memset(&found, 0xee, sizeof found);
  return library.get_state(adapter, &is_up) && is_up == state && library.get(adapter, &found.interface_record,
      &length) &&
         length == sizeof found && found.interface_record.PeersCount == 1 &&
         memcmp(found.interface_record.PrivateKey, wanted.interface_record.PrivateKey, 32) == 0 &&
         memcmp(found.peer.PublicKey, wanted.peer.PublicKey, 32) == 0 && found.peer.PersistentKeepalive == 3600 &&
         found.allowed.Address.V4.s_addr == 0x0000000a && found.allowed.Cidr == 8;
}
