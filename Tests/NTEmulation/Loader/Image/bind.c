// Exports and imports, by name. What nobody exports is bound to a stub that aborts with the name, as late as it can.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "../Platform/platform.h"
#include "../Platform/table.h"
#include "irql.h"
#include "modules.h"

#define STUB_BYTES 32
#define STUBS_PER_PAGE (4096 / STUB_BYTES)

static int compare(const struct nt_image *image, uint32_t name_address, const char *name) {
  return strcmp((const char *)image->base + name_address, name);
}

void *nt_image_find(const struct nt_image *image, const char *name) {
  struct pe_directory directory = image->headers->directories[PE_DIRECTORY_EXPORT];
  if (directory.size == 0) return NULL;
  const struct pe_exports *exports = (const void *)(image->base + directory.address);
  const uint32_t *names = (const void *)(image->base + exports->names);
  const uint32_t *addresses = (const void *)(image->base + exports->addresses);
  const uint16_t *ordinals = (const void *)(image->base + exports->ordinals);
  uint32_t low = 0, high = exports->name_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = compare(image, names[middle], name);
    if (order == 0) return image->base + addresses[ordinals[middle]];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

static PLATFORM_ABI void missing(const char *name) {
  char text[256];
  snprintf(text, sizeof text, "call of an import that the emulation does not have: %s", name);
  platform_fail(text);
}

// mov rcx, name; mov rax, missing; sub rsp, 40; call rax
static void *stub(const char *module, const char *function) {
  static uint8_t *page;
  static unsigned used = STUBS_PER_PAGE;
  if (used == STUBS_PER_PAGE) {
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) abort();
    used = 0;
  }
  size_t length = strlen(module) + strlen(function) + 2;
  char *name = malloc(length);
  if (name == NULL) abort();
  snprintf(name, length, "%s!%s", module, function);
  mprotect(page, 4096, PROT_READ | PROT_WRITE);
  uint8_t *code = page + STUB_BYTES * used++;
  void *target = (void *)missing;
  memcpy(code, "\x48\xb9", 2);
  memcpy(code + 2, &name, 8);
  memcpy(code + 10, "\x48\xb8", 2);
  memcpy(code + 12, &target, 8);
  memcpy(code + 20, "\x48\x83\xec\x28\xff\xd0", 6);
  mprotect(page, 4096, PROT_READ | PROT_EXEC);
  return code;
}

static void *resolve(const char *module, const char *function) {
  if (strcmp(module, "platform.sys") == 0) return platform_find(function);
  struct nt_image *image = nt_module(module);
  return image == NULL ? NULL : nt_image_find(image, function);
}

// What a driver calls; data is not called, and what the emulation has of its own is for samples that play the stack.
static void *gated(const char *module, const char *function, void *target) {
  if (strncmp(function, "Emul", 4) == 0) return target;
  struct nt_image *image = nt_module(module);
  return image != NULL && nt_image_has_code(image, (uintptr_t)target) ? nt_irql_gate(function, target) : target;
}

int nt_image_bind(struct nt_image *image) {
  struct pe_directory directory = image->headers->directories[PE_DIRECTORY_IMPORT];
  if (directory.size == 0) return 1;
  const struct pe_import *import = (const void *)(image->base + directory.address);
  for (; import->name != 0; import++) {
    const char *module = (const char *)image->base + import->name;
    const uint64_t *lookup = (const void *)(image->base + (import->lookup != 0 ? import->lookup : import->slots));
    uint64_t *slot = (void *)(image->base + import->slots);
    for (; *lookup != 0; lookup++, slot++) {
      if (*lookup >> 63) {
        fprintf(stderr, "nt: %s imports an ordinal of %s\n", image->name, module);
        return 0;
      }
      const char *function = (const char *)image->base + (uint32_t)*lookup + 2;
      void *target = resolve(module, function);
      if (target == NULL)
        target = stub(module, function);
      else if (image->is_driver && (target = gated(module, function, target)) == NULL)
        return 0;
      *slot = (uint64_t)target;
    }
  }
  return 1;
}
