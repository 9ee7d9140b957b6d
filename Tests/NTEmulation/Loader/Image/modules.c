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

static const struct nt_image *image_of_code(uintptr_t address) {
  for (const struct nt_image *image = images; image != NULL; image = image->next)
    if (address - (uintptr_t)image->base - image->headers->code_base < image->headers->code_size) return image;
  return NULL;
}

int nt_module_has_code(uintptr_t address) { return image_of_code(address) != NULL; }

int nt_module_describe(uintptr_t address, const char *prefix) {
  const struct nt_image *image = image_of_code(address);
  if (image == NULL) return 0;
  fprintf(stderr, "%s%s+0x%lx\n", prefix, image->name, (unsigned long)(address - (uintptr_t)image->base));
  return 1;
}
