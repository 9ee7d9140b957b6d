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

struct nt_image *nt_module_load(const char *path, int is_driver) {
  struct nt_image *image = nt_image_map(path);
  if (image == NULL) return NULL;
  image->is_driver = is_driver;
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

static struct nt_image *find(const char *name) {
  for (struct nt_image *image = images; image != NULL; image = image->next)
    if (strcasecmp(image->name, name) == 0) return image;
  return NULL;
}

int nt_module_is_loaded(const char *name) { return find(name) != NULL; }

struct nt_image *nt_module(const char *name) {
  struct nt_image *loaded = find(name);
  if (loaded != NULL) return loaded;
  char path[sizeof directory + 128];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  return access(path, R_OK) == 0 ? nt_module_load(path, 0) : NULL;
}

int nt_image_has_code(const struct nt_image *image, uintptr_t address) {
  uintptr_t start = (uintptr_t)image->base + image->headers->code_base;
  return address >= start && address - start < image->headers->code_size;
}

static const struct nt_image *image_of_code(uintptr_t address) {
  const struct nt_image *image = images;
  while (image != NULL && !nt_image_has_code(image, address)) image = image->next;
  return image;
}

int nt_module_has_code(uintptr_t address) { return image_of_code(address) != NULL; }

int nt_module_describe(uintptr_t address, const char *prefix) {
  const struct nt_image *image = image_of_code(address);
  if (image == NULL) return 0;
  fprintf(stderr, "%s%s+0x%lx\n", prefix, image->name, (unsigned long)(address - (uintptr_t)image->base));
  return 1;
}
