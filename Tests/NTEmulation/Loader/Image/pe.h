// The parts of the PE format that the loader reads: x64 images only.
#pragma once

#include <stdint.h>

#define PE_DIRECTORY_EXPORT 0
#define PE_DIRECTORY_IMPORT 1
#define PE_DIRECTORY_RELOCATION 5

struct pe_directory {
  uint32_t address, size;
};

struct pe_headers {
  uint32_t signature;  // "PE\0\0"
  uint16_t machine, section_count;
  uint32_t time, symbols, symbol_count;
  uint16_t optional_size, characteristics;
  // the optional header
  uint16_t magic;
  uint8_t linker[2];
  uint32_t code_size, data_size, zero_size, entry, code_base;
  uint64_t image_base;
  uint32_t section_alignment, file_alignment;
  uint16_t versions[6];
  uint32_t reserved, image_size, headers_size, checksum;
  uint16_t subsystem, dll_characteristics;
  uint64_t stack[2], heap[2];
  uint32_t loader_flags, directory_count;
  struct pe_directory directories[16];
} __attribute__((packed));

struct pe_section {
  char name[8];
  uint32_t virtual_size, address, raw_size, raw_offset, relocations, lines;
  uint16_t relocation_count, line_count;
  uint32_t characteristics;
};

#define PE_SECTION_EXECUTE 0x20000000u
#define PE_SECTION_READ 0x40000000u
#define PE_SECTION_WRITE 0x80000000u

struct pe_exports {
  uint32_t flags, time, version, name, ordinal_base, address_count, name_count, addresses, names, ordinals;
};

struct pe_import {
  uint32_t lookup, time, forwarder, name, slots;
};

_Static_assert(sizeof(struct pe_headers) == 264, "pe_headers");
_Static_assert(sizeof(struct pe_section) == 40, "pe_section");
_Static_assert(sizeof(struct pe_exports) == 40, "pe_exports");
_Static_assert(sizeof(struct pe_import) == 20, "pe_import");
