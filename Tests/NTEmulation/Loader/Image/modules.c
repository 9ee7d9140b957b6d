// The list of loaded images. Images are never unloaded: a driver that is unloaded leaves its image mapped, so a stray
// call into it is named.
#include "modules.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static struct nt_image *images;
static char directory[4096];

void nt_modules_set_directory(const char *path) { snprintf(directory, sizeof directory, "%s", path); }

struct nt_image *nt_module_load(const char *path) {
  struct nt_image *image = nt_image_map(path);
  if (image == NULL) return NULL;
  // Listed before it is bound, so that two images may import each other.
  image->next = images;
  images = image;
  if (!nt_image_bind(image)) {
    images = image->next;
    return NULL;
  }
  nt_image_protect(image);
  return image;
}

struct nt_image *nt_module(const char *name) {
  for (struct nt_image *image = images; image != NULL; image = image->next)
    if (strcasecmp(image->name, name) == 0) return image;
  char path[sizeof directory + 128];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return access(path, R_OK) == 0 ? nt_module_load(path) : NULL;
}

int nt_module_describe(uintptr_t address, const char *prefix) {
  for (struct nt_image *image = images; image != NULL; image = image->next) {
    uintptr_t base = (uintptr_t)image->base;
    if (address <= base || address - base >= image->headers->image_size) continue;
    uintptr_t offset = address - base, code = image->headers->code_base;
    if (offset < code || offset >= code + image->headers->code_size) return 0;
    fprintf(stderr, "%s%s+0x%lx\n", prefix, image->name, (unsigned long)offset);
    return 1;
  }
  return 0;
}
