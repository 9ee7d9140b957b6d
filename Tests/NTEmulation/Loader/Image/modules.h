// Loaded images, and how images find each other by name. Loading is for one thread; looking up is for any.
#pragma once

#include <stdint.h>

#include "pe.h"

struct nt_image {
  struct nt_image *next;
  char name[64];
  /// A driver under test: its calls are gated by IRQL.
  int is_driver;
  uint8_t *base;
  const struct pe_headers *headers;
};

/// Maps one image and relocates it; its imports are not bound and every page is writable. NULL, with a message, if bad.
struct nt_image *nt_image_map(const char *path);
/// Gives every section the protection its header asks for; the headers become read-only.
void nt_image_protect(struct nt_image *image);
/// Fills the import slots; a function nobody has becomes a stub that aborts with its name. 0 on failure.
int nt_image_bind(struct nt_image *image);
/// The address behind an exported name, or NULL.
void *nt_image_find(const struct nt_image *image, const char *name);

/// Where images that others import are looked for.
void nt_modules_set_directory(const char *path);
/// The image of this file name, loaded from the directory if it is not; NULL when there is none.
struct nt_image *nt_module(const char *name);
int nt_module_is_loaded(const char *name);
/// Loads an image and whatever it imports.
struct nt_image *nt_module_load(const char *path, int is_driver);
/// Whether an address lies in the code of an image.
int nt_image_has_code(const struct nt_image *image, uintptr_t address);
/// Prints "image+offset" for an address inside one's code; 0 if it is in none.
int nt_module_describe(uintptr_t address, const char *prefix);
/// Whether an address lies in an image's code.
int nt_module_has_code(uintptr_t address);
