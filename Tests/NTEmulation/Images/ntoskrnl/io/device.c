// Device objects and the stacks they form.
#include <emulation.h>

static struct emul_mutex lock;
/// Devices that somebody still has a reference to.
static uint32_t device_objects;

static void forget(void *device) {
  (void)device;
  __atomic_sub_fetch(&device_objects, 1, __ATOMIC_RELEASE);
}

uint32_t EmulDeviceObjects(void) { return __atomic_load_n(&device_objects, __ATOMIC_ACQUIRE); }

NTSTATUS NTAPI IoCreateDevice(
    PDRIVER_OBJECT driver, ULONG extension_size, PUNICODE_STRING name, DEVICE_TYPE type, ULONG characteristics,
    BOOLEAN exclusive, PDEVICE_OBJECT *result) {
  (void)name, (void)exclusive;
  IRQL_AT_MOST(APC_LEVEL);
  PDEVICE_OBJECT device = emul_object_create(sizeof *device + extension_size + 16, forget);
  if (device == NULL) return STATUS_INSUFFICIENT_RESOURCES;
  __atomic_add_fetch(&device_objects, 1, __ATOMIC_RELAXED);
  device->Type = IO_TYPE_DEVICE;
  device->Size = (USHORT)(sizeof *device + extension_size);
  device->DriverObject = driver;
  device->DeviceType = type;
  device->Characteristics = characteristics;
  device->StackSize = 1;
  device->Flags = DO_DEVICE_INITIALIZING;
  if (extension_size != 0) device->DeviceExtension = (PVOID)(((ULONG_PTR)(device + 1) + 15) & ~15ull);
  emul_mutex_lock(&lock);
  device->NextDevice = driver->DeviceObject;
  driver->DeviceObject = device;
  emul_mutex_unlock(&lock);
  *result = device;
  return STATUS_SUCCESS;
}

VOID NTAPI IoDeleteDevice(PDEVICE_OBJECT device) {
  if (device->AttachedDevice != NULL)
    emul_fail("device: device %p deleted with another attached to it", (void *)device);
  emul_mutex_lock(&lock);
  PDEVICE_OBJECT *link = &device->DriverObject->DeviceObject;
  while (*link != NULL && *link != device) link = &(*link)->NextDevice;
  if (*link == NULL) emul_fail("device: device %p deleted twice", (void *)device);
  *link = device->NextDevice;
  emul_mutex_unlock(&lock);
  ObDereferenceObject(device);
}

PDEVICE_OBJECT NTAPI IoGetAttachedDevice(PDEVICE_OBJECT device) {
  while (device->AttachedDevice != NULL) device = device->AttachedDevice;
  return device;
}

PDEVICE_OBJECT NTAPI IoGetAttachedDeviceReference(PDEVICE_OBJECT device) {
  emul_mutex_lock(&lock);
  device = IoGetAttachedDevice(device);
  ObReferenceObject(device);
  emul_mutex_unlock(&lock);
  return device;
}

PDEVICE_OBJECT NTAPI IoAttachDeviceToDeviceStack(PDEVICE_OBJECT source, PDEVICE_OBJECT target) {
  emul_mutex_lock(&lock);
  target = IoGetAttachedDevice(target);
  target->AttachedDevice = source;
  source->StackSize = (CCHAR)(target->StackSize + 1);
  emul_mutex_unlock(&lock);
  return target;
}

VOID NTAPI IoDetachDevice(PDEVICE_OBJECT target) {
  emul_mutex_lock(&lock);
  if (target->AttachedDevice == NULL) emul_fail("device: nothing is attached to device %p", (void *)target);
  target->AttachedDevice = NULL;
  emul_mutex_unlock(&lock);
}

// Names are not kept: tests reach a device through its driver.
NTSTATUS NTAPI IoCreateSymbolicLink(PUNICODE_STRING link, PUNICODE_STRING device) {
  (void)link, (void)device;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI IoDeleteSymbolicLink(PUNICODE_STRING link) {
  (void)link;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI
IoGetDeviceObjectPointer(PUNICODE_STRING name, ACCESS_MASK access, PFILE_OBJECT *file, PDEVICE_OBJECT *device) {
  (void)name, (void)access, (void)file, (void)device;
  return STATUS_OBJECT_NAME_NOT_FOUND;
}

PVOID NTAPI IoAllocateErrorLogEntry(PVOID object, UCHAR size) {
  (void)object, (void)size;
  return NULL;
}

VOID NTAPI IoWriteErrorLogEntry(PVOID entry) { (void)entry; }

PGENERIC_MAPPING NTAPI IoGetFileObjectGenericMapping(VOID) {
  static GENERIC_MAPPING mapping = {FILE_GENERIC_READ, FILE_GENERIC_WRITE, FILE_GENERIC_EXECUTE, FILE_ALL_ACCESS};
  return &mapping;
}
