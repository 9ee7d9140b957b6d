// Everything that can be done with a driver: its device is opened and asked, its miniport gets an adapter.
#include <stdio.h>
#include <time.h>

#include "../Loader/Host/emulation.h"
#include "verifier.h"

#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)
#define CONTROL_CODE(function, method) (0x22u << 16 | (function) << 2 | (method))

static void sleep_ms(uint32_t milliseconds) {
  struct timespec time = {milliseconds / 1000, (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}

// A request that waits is cancelled, unless its driver ends it within a moment.
static void use_device(void *device) {
  int32_t status;
  struct nt_file *file = nt_open(device, &status);
  if (file == NULL) return;
  uint64_t information;
  uint8_t buffer[64] = {1};
  struct nt_request *request =
      nt_control_begin(file, CONTROL_CODE(0x800, 0), buffer, sizeof buffer, buffer, sizeof buffer);
  if (!nt_request_wait(request, 50, &status, &information)) nt_request_cancel(request);
  if (nt_request_wait(request, 200, &status, &information)) nt_request_end(request);
  nt_close(file);
}

// The adapter gets a packet to send at either level, is paused and halted; twice.
static void use_miniport(void) {
  NDIS(void *, EmulNdisAdd, uint64_t, int32_t *);
  NDIS(int32_t, EmulNdisRestart, void *);
  NDIS(int32_t, EmulNdisSend, void *, const uint8_t *, uint32_t, uint32_t);
  NDIS(int32_t, EmulNdisPause, void *);
  NDIS(void, EmulNdisHalt, void *);
  for (uint64_t luid = 1; luid <= 2; luid++) {
    int32_t status;
    void *adapter = EmulNdisAdd(luid, &status);
    if (adapter == NULL) return;
    uint8_t packet[60] = {0x45, 0, 0, 60};
    if (EmulNdisRestart(adapter) == 0)
      for (uint32_t raised = 0; raised < 2; raised++) EmulNdisSend(adapter, packet, sizeof packet, raised);
    EmulNdisPause(adapter);
    EmulNdisHalt(adapter);
  }
}

bool use_driver(const char *images, const char *name) {
  if (!nt_start(images)) return false;
  nt_special_pool(1);
  char path[4096];
  snprintf(path, sizeof path, "%s/samples/%s.sys", images, name);
  int32_t status;
  struct nt_driver *driver = nt_driver_load(path, &status);
  if (driver == NULL) return false;
  if (nt_driver_device(driver) != NULL) use_device(nt_driver_device(driver));
  NDIS(uint32_t, EmulNdisIsRegistered, void);
  if (EmulNdisIsRegistered()) use_miniport();
  sleep_ms(20);
  return nt_driver_unload(driver) == 0;
}
