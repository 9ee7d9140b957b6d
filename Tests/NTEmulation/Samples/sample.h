// A driver that is loaded and unloaded. A sample writes `act`, which is called when it is loaded.
#pragma once

#include <nt/kernel.h>

#define TAG 'lpmS'

static void act(void);

static VOID NTAPI unload(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
  UNREFERENCED_PARAMETER(path);
  driver->DriverUnload = unload;
  act();
  return STATUS_SUCCESS;
}
