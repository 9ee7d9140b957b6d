// Maps an image at a random address, as Windows does, and applies its relocations. It checks that what it follows lies
// inside the image; it checks no signature and no checksum.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "modules.h"

static uint8_t *read_file(const char *path, size_t *length_bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  long length = ftell(file);
  rewind(file);
  uint8_t *bytes = length > 0 ? malloc((size_t)length) : NULL;
  if (bytes != NULL && fread(bytes, 1, (size_t)length, file) != (size_t)length) {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  *length_bytes = (size_t)length;
  return bytes;
}

static const struct pe_headers *check(const uint8_t *file, size_t length) {
  uint32_t offset;
  if (length < 0x40 || file[0] != 'M' || file[1] != 'Z') return NULL;
  memcpy(&offset, file + 0x3c, 4);
  if (offset > length || length - offset < sizeof(struct pe_headers)) return NULL;
  const struct pe_headers *pe = (const void *)(file + offset);
  if (pe->signature != 0x4550 || pe->machine != 0x8664 || pe->magic != 0x20b) return NULL;
  size_t table = offset + 24 + (size_t)pe->optional_size;
  if (table + pe->section_count * sizeof(struct pe_section) > pe->headers_size || pe->headers_size > length)
    return NULL;
  return pe->headers_size <= pe->image_size ? pe : NULL;
}

static uint8_t *reserve(size_t size) {
  for (int attempt = 0; attempt < 64; attempt++) {
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random) return NULL;
    uintptr_t where = 0x100000000000ull + (random & 0x3fffffff) * 0x10000;
    void *base =
        mmap((void *)where, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (base == (void *)where) return base;
    if (base != MAP_FAILED) munmap(base, size);
  }
  // valgrind keeps that range for itself: the system's choice then.
  void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return base == MAP_FAILED ? NULL : base;
}

static const struct pe_section *sections(const struct pe_headers *pe) {
  return (const void *)((const uint8_t *)pe + 24 + pe->optional_size);
}

static int relocate(struct nt_image *image) {
  const struct pe_headers *pe = image->headers;
  struct pe_directory directory = pe->directories[PE_DIRECTORY_RELOCATION];
  uint64_t delta = (uint64_t)image->base - pe->image_base;
  if (directory.address > pe->image_size || pe->image_size - directory.address < directory.size) return 0;
  uint32_t done = 0;
  while (done + 8 <= directory.size) {
    const uint8_t *block = image->base + directory.address + done;
    uint32_t page, size;
    memcpy(&page, block, 4);
    memcpy(&size, block + 4, 4);
    if (size < 8 || size > directory.size - done) return 0;
    for (uint32_t at = 8; at + 2 <= size; at += 2) {
      uint16_t entry;
      memcpy(&entry, block + at, 2);
      if (entry >> 12 == 0) continue;
      uint32_t place = page + (entry & 0xfff);
      if (entry >> 12 != 10 || place > pe->image_size - 8) return 0;
      uint64_t value;
      memcpy(&value, image->base + place, 8);
      value += delta;
      memcpy(image->base + place, &value, 8);
    }
    done += size;
  }
  return 1;
}

static int copy_sections(struct nt_image *image, const struct pe_headers *pe, const uint8_t *file, size_t length) {
  const struct pe_section *section = sections(pe);
  for (int i = 0; i < pe->section_count; i++, section++) {
    uint32_t size = section->raw_size < section->virtual_size ? section->raw_size : section->virtual_size;
    if (section->raw_offset > length || length - section->raw_offset < size) return 0;
    if (section->address > pe->image_size || pe->image_size - section->address < section->virtual_size) return 0;
    memcpy(image->base + section->address, file + section->raw_offset, size);
  }
  return 1;
}

struct nt_image *nt_image_map(const char *path) {
  size_t length;
  uint8_t *file = read_file(path, &length);
  const struct pe_headers *pe = file == NULL ? NULL : check(file, length);
  struct nt_image *image = pe == NULL ? NULL : calloc(1, sizeof *image);
  if (image == NULL || (image->base = reserve(pe->image_size)) == NULL) {
    fprintf(stderr, "nt: %s: not an x64 image, or no memory\n", path);
    free(image);
    free(file);
    return NULL;
  }
  const char *slash = strrchr(path, '/');
  snprintf(image->name, sizeof image->name, "%s", slash == NULL ? path : slash + 1);
  memcpy(image->base, file, pe->headers_size);
  image->headers = (const void *)(image->base + ((const uint8_t *)pe - file));
  int good = copy_sections(image, pe, file, length) && relocate(image);
  free(file);
  if (good) return image;
  fprintf(stderr, "nt: %s: sections or relocations lie outside the image\n", path);
  munmap(image->base, image->headers->image_size);
  free(image);
  return NULL;
}

void nt_image_protect(struct nt_image *image) {
  const struct pe_section *section = sections(image->headers);
  for (int i = 0; i < image->headers->section_count; i++, section++) {
    int protection = (section->characteristics & PE_SECTION_EXECUTE ? PROT_EXEC : 0) |
                     (section->characteristics & PE_SECTION_READ ? PROT_READ : 0) |
                     (section->characteristics & PE_SECTION_WRITE ? PROT_WRITE : 0);
    mprotect(image->base + section->address, section->virtual_size, protection);
  }
  mprotect(image->base, image->headers->headers_size, PROT_READ);
}
