// The library mapped by hand, as one mounts it that lies in a program's resources: sections, relocations, imports, its
// entry. The loader does not know it.
#include "program.h"

static BYTE *read_file(const WCHAR *path, DWORD *length) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return NULL;
  *length = GetFileSize(file, NULL);
  BYTE *bytes = HeapAlloc(GetProcessHeap(), 0, *length);
  DWORD read = 0;
  ReadFile(file, bytes, *length, &read, NULL);
  CloseHandle(file);
  return read == *length ? bytes : NULL;
}

static const IMAGE_NT_HEADERS *headers_of(const BYTE *base) {
  return (const IMAGE_NT_HEADERS *)(base + ((const IMAGE_DOS_HEADER *)base)->e_lfanew);
}

static void *part(BYTE *base,
    int which) { return base + headers_of(base)->OptionalHeader.DataDirectory[which].VirtualAddress; }

static void relocate(BYTE *base) {
  const IMAGE_NT_HEADERS *headers = headers_of(base);
  ULONGLONG delta = (ULONGLONG)(ULONG_PTR)base - headers->OptionalHeader.ImageBase;
  BYTE *place = part(base, IMAGE_DIRECTORY_ENTRY_BASERELOC);
  BYTE *end = place + headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_BASERELOC].Size;
  while (place < end) {
    const IMAGE_BASE_RELOCATION *block = (const IMAGE_BASE_RELOCATION *)place;
    const WORD *entry = (const WORD *)(block + 1);
    for (; (const BYTE *)entry < place + block->SizeOfBlock; entry++)
      if (*entry >> 12 == IMAGE_REL_BASED_DIR64)
        *(ULONGLONG *)(base + block->VirtualAddress + (*entry & 0xfff)) += delta;
    place += block->SizeOfBlock;
  }
}

// What Wine lacks comes from the stand-in for cfgmgr32.dll; Windows' loader is asked for everything else.
static void import(BYTE *base) {
  FARPROC lacking = GetProcAddress(LoadLibraryW(L"cfgmgr32.dll"), "LackingGetProcAddress");
  for (IMAGE_IMPORT_DESCRIPTOR *from = part(base, IMAGE_DIRECTORY_ENTRY_IMPORT); from->Name != 0; from++) {
    HMODULE module = LoadLibraryA((const char *)base + from->Name);
    IMAGE_THUNK_DATA *name = (IMAGE_THUNK_DATA *)(base + from->OriginalFirstThunk);
    IMAGE_THUNK_DATA *slot = (IMAGE_THUNK_DATA *)(base + from->FirstThunk);
    for (; name->u1.AddressOfData != 0; name++, slot++) {
      const char *text = ((const IMAGE_IMPORT_BY_NAME *)(base + name->u1.AddressOfData))->Name;
      bool is_bound = lacking != NULL && strcmp(text, "GetProcAddress") == 0;
      slot->u1.Function = (ULONG_PTR)(is_bound ? lacking : GetProcAddress(module, text));
    }
  }
}

static FARPROC find_mapped(void *image, const char *name) {
  BYTE *base = image;
  const IMAGE_EXPORT_DIRECTORY *exports = part(base, IMAGE_DIRECTORY_ENTRY_EXPORT);
  const DWORD *names = (const DWORD *)(base + exports->AddressOfNames);
  const DWORD *functions = (const DWORD *)(base + exports->AddressOfFunctions);
  const WORD *ordinals = (const WORD *)(base + exports->AddressOfNameOrdinals);
  for (DWORD i = 0; i < exports->NumberOfNames; i++)
    if (strcmp((const char *)base + names[i], name) == 0) return (FARPROC)(void *)(base + functions[ordinals[i]]);
  return NULL;
}

static BYTE *map(const WCHAR *path) {
  DWORD length;
  BYTE *file = read_file(path, &length);
  if (file == NULL) return NULL;
  const IMAGE_NT_HEADERS *headers = headers_of(file);
  BYTE *base =
      VirtualAlloc(NULL, headers->OptionalHeader.SizeOfImage, MEM_RESERVE | MEM_COMMIT, PAGE_EXECUTE_READWRITE);
  if (base == NULL) return NULL;
  memcpy(base, file, headers->OptionalHeader.SizeOfHeaders);
  const IMAGE_SECTION_HEADER *section = IMAGE_FIRST_SECTION(headers);
  for (WORD i = 0; i < headers->FileHeader.NumberOfSections; i++)
    memcpy(base + section[i].VirtualAddress, file + section[i].PointerToRawData, section[i].SizeOfRawData);
  relocate(base);
  import(base);
  typedef BOOL(WINAPI * entry)(HINSTANCE, DWORD, void *);
  entry begin = (entry)(void *)(base + headers->OptionalHeader.AddressOfEntryPoint);
  return begin((HINSTANCE)base, DLL_PROCESS_ATTACH, NULL) ? base : NULL;
}

void test_mapped(void) {
  printf("mapped by hand\n");
  BYTE *base = map(L"C:\\needletail\\current\\needletail.dll");
  CHECK(base != NULL && library_find(find_mapped, base), "the library is mapped without the loader");
  CHECK(GetModuleHandleW(L"needletail.dll") == NULL, "which does not know it");
  library.set_logger(log_take);
  CHECK_FAILS(library.running_version(), ERROR_FILE_NOT_FOUND, "no driver is running");
  CHECK_FAILS(library.open(L"Mapped"), ERROR_NOT_FOUND, "there is no adapter to open");
  WIREGUARD_ADAPTER_HANDLE adapter = library.create(L"Mapped", L"Test", NULL);
  CHECK(adapter != NULL && GetLastError() == ERROR_SUCCESS,
      "it installs the driver that it carries, and makes an adapter");
  CHECK(library.running_version() == 0x00000001 && GetLastError() == ERROR_SUCCESS, "the driver that runs is 0.1");
  CHECK(library.set_logging(adapter, WIREGUARD_ADAPTER_LOG_ON), "its log is read");
  CHECK(library.set_state(adapter, WIREGUARD_ADAPTER_STATE_UP) && log_has(L"Interface up"), "and tells of its state");
  library.close(adapter);
  CHECK_FAILS(library.open(L"Mapped"), ERROR_NOT_FOUND, "closed, the adapter is gone");
}
