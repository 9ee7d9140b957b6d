// The upper edge: what a test does with a driver. Loading calls DriverEntry; unloading reports what the driver left.
#include <emulation.h>

/// DriverEntry's type, and what a test knows of a driver: its object.
struct emul_driver {
  DRIVER_OBJECT object;
  DRIVER_EXTENSION extension;
  UNICODE_STRING path;
  WCHAR path_text[128];
};

static NTSTATUS NTAPI refuse(PDEVICE_OBJECT device, PIRP irp) {
  (void)device;
  irp->IoStatus.Status = STATUS_INVALID_DEVICE_REQUEST;
  irp->IoStatus.Information = 0;
  IoCompleteRequest(irp, IO_NO_INCREMENT);
  return STATUS_INVALID_DEVICE_REQUEST;
}

/// Calls DriverEntry of an image that starts at `base`. The driver, or NULL with its status.
struct emul_driver *EmulDriverLoad(PDRIVER_INITIALIZE entry, void *base, const char *name, int32_t *status) {
  struct emul_driver *driver = emul_object_create(sizeof *driver, NULL);
  if (driver == NULL) emul_fail("no memory for a driver object");
  driver->object.Type = IO_TYPE_DRIVER;
  driver->object.Size = sizeof driver->object;
  driver->object.DriverStart = base;
  emul_failure_image(base);
  driver->object.DriverInit = entry;
  driver->object.DriverExtension = &driver->extension;
  driver->extension.DriverObject = &driver->object;
  for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) driver->object.MajorFunction[i] = refuse;
  static const char prefix[] = "\\Registry\\Machine\\System\\CurrentControlSet\\Services\\";
  USHORT length = 0;
  for (const char *c = prefix; *c != 0; c++) driver->path_text[length++] = (WCHAR)*c;
  for (const char *c = name; *c != 0 && length < RTL_NUMBER_OF(driver->path_text); c++)
    driver->path_text[length++] = (WCHAR)*c;
  driver->path = (UNICODE_STRING){(USHORT)(2 * length), sizeof driver->path_text, driver->path_text};
  driver->object.DriverName = driver->path;
  emul_vectors_mark();
  *status = entry(&driver->object, &driver->path);
  emul_thread_check("DriverEntry");
  if (NT_SUCCESS(*status)) return driver;
  ObDereferenceObject(driver);
  return NULL;
}

/// The device a driver made last, or NULL.
void *EmulDriverDevice(struct emul_driver *driver) { return driver->object.DeviceObject; }

/// Once, before anything else, on a thread of the host: makes it one of the kernel's and starts the kernel's own.
uint32_t EmulStart(void) {
  platform_set_irql_hook(emul_irql_set);
  if (emul_thread_attach() == NULL) return 0;
  emul_dpcs_start();
  emul_timers_start();
  emul_work_start();
  emul_watch_start();
  return 1;
}
