// The calls of emulation.h: each finds its export of ntoskrnl.exe once.
#include "emulation.h"

#include <stdio.h>
#include <stdlib.h>

#include "../Image/modules.h"
#include "faults.h"

void *nt_export(const char *image_name, const char *name) {
  struct nt_image *image = nt_module(image_name);
  void *function = image == NULL ? NULL : nt_image_find(image, name);
  if (function != NULL) return function;
  fprintf(stderr, "nt: no %s in %s\n", name, image_name);
  abort();
}

#define KERNEL(result, name, ...)                                       \
  static result (NT_ABI * name##_)(__VA_ARGS__);                        \
  result (NT_ABI * name)(__VA_ARGS__) = name##_;                        \
  if (name == NULL) name = name##_ = (result (NT_ABI *)(__VA_ARGS__))nt_export("ntoskrnl.exe", #name)

int nt_start(const char *image_directory) {
  nt_modules_set_directory(image_directory);
  if (!nt_faults_start() || nt_module("ntoskrnl.exe") == NULL) return 0;
  KERNEL(uint32_t, EmulStart, void);
  return EmulStart() != 0;
}

void nt_thread_attach(void) {
  KERNEL(uint32_t, EmulThreadAttach, void);
  if (!EmulThreadAttach()) abort();
}

struct nt_driver *nt_driver_load(const char *path, int32_t *status) {
  KERNEL(struct nt_driver *, EmulDriverLoad, void *, void *, const char *, int32_t *);
  *status = NT_SUCCESS;
  struct nt_image *image = nt_module_load(path, 1);
  if (image == NULL) return NULL;
  return EmulDriverLoad(image->base + image->headers->entry, image->base, image->name, status);
}

uint64_t nt_driver_unload(struct nt_driver *driver) {
  KERNEL(uint64_t, EmulDriverUnload, struct nt_driver *);
  uint64_t left = EmulDriverUnload(driver);
  // Only what was loaded can have been used.
  static const char *const others[][2] = {{"ndis.sys", "EmulNdisLeft"}, {"netio.sys", "EmulNetioLeft"}};
  for (int i = 0; i < 2; i++)
    if (nt_module_is_loaded(others[i][0])) left += ((uint32_t (NT_ABI *)(void))nt_export(others[i][0], others[i][1]))();
  return left;
}

void *nt_driver_device(struct nt_driver *driver) {
  KERNEL(void *, EmulDriverDevice, struct nt_driver *);
  return EmulDriverDevice(driver);
}

struct nt_file *nt_open(void *device, int32_t *status) {
  KERNEL(struct nt_file *, EmulOpen, void *, int32_t *);
  return EmulOpen(device, status);
}

void nt_close(struct nt_file *file) {
  KERNEL(void, EmulClose, struct nt_file *);
  EmulClose(file);
}

int32_t nt_control(
    struct nt_file *file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  KERNEL(int32_t, EmulControl, struct nt_file *, uint32_t, void *, uint32_t, void *, uint32_t, uint64_t *);
  return EmulControl(file, code, input, input_length, output, output_length, information);
}

struct nt_request *nt_control_begin(
    struct nt_file *file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length) {
  KERNEL(struct nt_request *, EmulControlBegin, struct nt_file *, uint32_t, void *, uint32_t, void *, uint32_t);
  return EmulControlBegin(file, code, input, input_length, output, output_length);
}

int nt_request_wait(struct nt_request *request, uint32_t timeout_ms, int32_t *status, uint64_t *information) {
  KERNEL(uint32_t, EmulRequestWait, struct nt_request *, uint32_t, int32_t *, uint64_t *);
  return EmulRequestWait(request, timeout_ms, status, information) != 0;
}

int nt_request_cancel(struct nt_request *request) {
  KERNEL(uint32_t, EmulRequestCancel, struct nt_request *);
  return EmulRequestCancel(request) != 0;
}

void nt_request_end(struct nt_request *request) {
  KERNEL(void, EmulRequestEnd, struct nt_request *);
  EmulRequestEnd(request);
}

uint64_t nt_fail_one(int64_t others) {
  KERNEL(uint64_t, EmulFailOne, int64_t);
  return EmulFailOne(others);
}

void nt_special_pool(int on) {
  KERNEL(void, EmulSpecialPool, uint32_t);
  EmulSpecialPool(on != 0);
}

uint64_t nt_fail_site(uint32_t offset) {
  KERNEL(uint64_t, EmulFailSite, uint32_t);
  return EmulFailSite(offset);
}

uint32_t nt_call_sites(struct nt_call_site *sites, uint32_t room) {
  KERNEL(uint32_t, EmulCallSites, struct nt_call_site *, uint32_t);
  return EmulCallSites(sites, room);
}

uint64_t nt_pool_blocks(void) {
  KERNEL(uint64_t, EmulPoolBlocks, void);
  return EmulPoolBlocks();
}
