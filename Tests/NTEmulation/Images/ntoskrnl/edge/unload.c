// The upper edge: unloading, and what a driver must not leave behind.
#include <emulation.h>

#define PATIENCE_TURNS 200
#define TURN_NS 1000000ull

struct left {
  const char *rule;
  uint32_t count;
};

uint64_t EmulPoolReport(void);
uint32_t EmulTimersSet(void), EmulDpcsLeft(void), EmulWorkLeft(void), EmulSystemThreads(void), EmulHandles(void);
uint32_t EmulThreadObjects(void), EmulDeviceObjects(void), EmulRequestsLeft(void);
uint32_t EmulTraceProviders(void);

static uint32_t more_than(uint32_t count, uint32_t others) { return count > others ? count - others : 0; }

static uint32_t look(PDRIVER_OBJECT driver, struct left left[9]) {
  uint32_t devices = 0, threads = EmulSystemThreads(), handles = EmulHandles();
  for (PDEVICE_OBJECT device = driver->DeviceObject; device != NULL; device = device->NextDevice) devices++;
  // What runs, is listed or has a handle is referenced by that.
  uint32_t references = more_than(EmulThreadObjects(), threads + handles) + more_than(EmulDeviceObjects(), devices);
  const struct left found[9] = {
      {"timer-left", EmulTimersSet()}, {"dpc-left", EmulDpcsLeft()},     {"work-item-left", EmulWorkLeft()},
      {"thread-left", threads},        {"handle-left", handles},         {"device-left", devices},
      {"reference-left", references},  {"irp-left", EmulRequestsLeft()}, {"provider-left", EmulTraceProviders()},
  };
  uint32_t sum = 0;
  for (int i = 0; i < 9; i++) {
    left[i] = found[i];
    sum += found[i].count;
  }
  return sum;
}

/// Calls DriverUnload. Answers how many things the driver left behind; each is named in the log.
uint64_t EmulDriverUnload(PDRIVER_OBJECT driver) {
  if (driver->DriverUnload == NULL) emul_fail("interface: the driver cannot be unloaded");
  emul_vectors_mark();
  driver->DriverUnload(driver);
  emul_thread_check("DriverUnload");
  struct left left[9];
  uint32_t sum = look(driver, left), never = 0;
  // A thread or a work item may be on its last steps, which are the kernel's.
  for (int turn = 0; sum != 0 && turn < PATIENCE_TURNS; turn++) {
    platform_futex_wait(&never, 0, platform_boot_time_ns() + TURN_NS);
    sum = look(driver, left);
  }
  for (int i = 0; i < 9; i++)
    if (left[i].count != 0) emul_log("FAIL %s: %u", left[i].rule, left[i].count);
  uint64_t blocks = EmulPoolReport();
  ObDereferenceObject(driver);
  return sum + blocks;
}
