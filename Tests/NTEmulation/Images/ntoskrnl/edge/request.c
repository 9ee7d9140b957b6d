// The upper edge: opening devices and sending them requests, as a process does.
#include <emulation.h>

struct emul_request {
  IO_STATUS_BLOCK status_block;
  KEVENT done;
  PIRP irp;
  PMDL mdl;
  void *system_buffer;
  uint64_t irp_bytes[96];
};
_Static_assert(sizeof(((struct emul_request *)0)->irp_bytes) >= sizeof(IRP) + 4 * sizeof(IO_STACK_LOCATION), "room");

static struct emul_request *begin(PFILE_OBJECT file, UCHAR major) {
  struct emul_request *request = platform_memory_take(sizeof *request);
  if (request == NULL) emul_fail("no memory for a request");
  PDEVICE_OBJECT device = IoGetAttachedDevice(file->DeviceObject);
  KeInitializeEvent(&request->done, NotificationEvent, FALSE);
  request->irp = (PIRP)request->irp_bytes;
  if (device->StackSize > 4) emul_fail("a device stack of %d", device->StackSize);
  IoInitializeIrp(request->irp, IoSizeOfIrp(device->StackSize), device->StackSize);
  request->irp->UserIosb = &request->status_block;
  request->irp->UserEvent = &request->done;
  request->irp->RequestorMode = UserMode;
  request->irp->Tail.Overlay.Thread = (PETHREAD)emul_self();
  request->irp->Tail.Overlay.OriginalFileObject = file;
  PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(request->irp);
  location->MajorFunction = major;
  location->FileObject = file;
  return request;
}

static void end(struct emul_request *request) {
  if (request->mdl != NULL) {
    MmUnlockPages(request->mdl);
    IoFreeMdl(request->mdl);
  }
  platform_memory_give_back(request->system_buffer);
  platform_memory_give_back(request);
}

static void call(PFILE_OBJECT file, struct emul_request *request) {
  PIRP irp = request->irp;
  PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
  emul_vectors_mark();
  NTSTATUS status = IofCallDriver(IoGetAttachedDevice(file->DeviceObject), irp);
  emul_thread_check("a dispatch routine");
  BOOLEAN marked = (location->Control & SL_PENDING_RETURNED) != 0;
  if (status == STATUS_PENDING && !marked) emul_fail("IRP %p: STATUS_PENDING returned, but not marked", (void *)irp);
  if (status != STATUS_PENDING && marked) emul_fail("IRP %p: marked pending, but 0x%x returned", (void *)irp, status);
  if (status != STATUS_PENDING && !KeReadStateEvent(&request->done)) emul_fail("IRP %p: 0x%x returned, but not completed", (void *)irp, status);
  if (status != STATUS_PENDING && status != request->status_block.Status)
    emul_fail("IRP %p: 0x%x returned, but completed with 0x%x", (void *)irp, status, request->status_block.Status);
}

static NTSTATUS call_and_wait(PFILE_OBJECT file, struct emul_request *request) {
  call(file, request);
  KeWaitForSingleObject(&request->done, Executive, KernelMode, FALSE, NULL);
  NTSTATUS status = request->status_block.Status;
  end(request);
  return status;
}

/// Opens a device. A file, or NULL with the status.
void *EmulOpen(PDEVICE_OBJECT device, int32_t *status) {
  PFILE_OBJECT file = emul_object_create(sizeof *file, NULL);
  if (file == NULL) emul_fail("no memory for a file object");
  file->Type = IO_TYPE_FILE;
  file->Size = sizeof *file;
  file->DeviceObject = device;
  ObReferenceObject(device);
  static IO_SECURITY_CONTEXT security;
  struct emul_request *request = begin(file, IRP_MJ_CREATE);
  IoGetNextIrpStackLocation(request->irp)->Parameters.Create.SecurityContext = &security;
  *status = call_and_wait(file, request);
  if (NT_SUCCESS(*status)) return file;
  ObDereferenceObject(device);
  ObDereferenceObject(file);
  return NULL;
}

/// Closes a file: cleanup, then close.
void EmulClose(PFILE_OBJECT file) {
  PDEVICE_OBJECT device = file->DeviceObject;
  call_and_wait(file, begin(file, IRP_MJ_CLEANUP));
  call_and_wait(file, begin(file, IRP_MJ_CLOSE));
  ObDereferenceObject(file);
  ObDereferenceObject(device);
}

static void set_buffers(struct emul_request *request, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length) {
  PIRP irp = request->irp;
  uint32_t method = code & 3, longest = input_length > output_length ? input_length : output_length;
  PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
  location->Parameters.DeviceIoControl.IoControlCode = code;
  location->Parameters.DeviceIoControl.InputBufferLength = input_length;
  location->Parameters.DeviceIoControl.OutputBufferLength = output_length;
  irp->UserBuffer = output;
  if (method == METHOD_NEITHER) {
    location->Parameters.DeviceIoControl.Type3InputBuffer = input;
    return;
  }
  uint32_t system_length = method == METHOD_BUFFERED ? longest : input_length;
  if (system_length != 0) {
    request->system_buffer = platform_memory_take(system_length);
    if (request->system_buffer == NULL) emul_fail("no memory for a request's buffer");
    memset((uint8_t *)request->system_buffer, 0xcd, system_length);
    RtlCopyMemory(request->system_buffer, input, input_length);
    irp->AssociatedIrp.SystemBuffer = request->system_buffer;
  }
  if (method == METHOD_BUFFERED) {
    irp->Flags |= IRP_BUFFERED_IO | (output_length != 0 ? IRP_INPUT_OPERATION : 0);
    irp->Overlay.AllocationSize.QuadPart = output_length;
  } else if (output_length != 0) {
    emul_self()->own_depth++;
    request->mdl = IoAllocateMdl(output, output_length, FALSE, FALSE, irp);
    emul_self()->own_depth--;
    if (request->mdl == NULL) emul_fail("no memory for a request's MDL");
    MmProbeAndLockPages(request->mdl, UserMode, method == METHOD_IN_DIRECT ? IoReadAccess : IoWriteAccess);
  }
}

// The I/O manager touches the caller's buffers itself but for METHOD_NEITHER: where nothing is, no driver hears of it.
static BOOLEAN is_refused(uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length) {
  return (code & 3) != METHOD_NEITHER &&
         ((input == NULL && input_length != 0) || (output == NULL && output_length != 0));
}

/// Sends a device control and returns at once; the request must be waited for and ended.
struct emul_request *EmulControlBegin(
    PFILE_OBJECT file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length) {
  struct emul_request *request = begin(file, IRP_MJ_DEVICE_CONTROL);
  if (is_refused(code, input, input_length, output, output_length)) {
    request->status_block.Status = STATUS_ACCESS_VIOLATION;
    KeSetEvent(&request->done, 0, FALSE);
    return request;
  }
  set_buffers(request, code, input, input_length, output, output_length);
  call(file, request);
  return request;
}

/// Waits until the request is done: 1, with its status, or 0 after `timeout_ms`.
uint32_t EmulRequestWait(struct emul_request *request, uint32_t timeout_ms, int32_t *status, uint64_t *information) {
  LARGE_INTEGER timeout = {.QuadPart = -10000ll * timeout_ms};
  if (KeWaitForSingleObject(&request->done, Executive, KernelMode, FALSE, &timeout) != STATUS_SUCCESS) return 0;
  *status = request->status_block.Status;
  *information = request->status_block.Information;
  return 1;
}

/// CancelIoEx. 1 when a cancel routine was called.
uint32_t EmulRequestCancel(struct emul_request *request) { return IoCancelIrp(request->irp); }

/// Forgets a request that is done.
void EmulRequestEnd(struct emul_request *request) {
  if (!KeReadStateEvent(&request->done)) emul_fail("a request forgotten that is not done");
  end(request);
}

/// DeviceIoControl: waits until it is done.
int32_t EmulControl(
    PFILE_OBJECT file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  struct emul_request *request = EmulControlBegin(file, code, input, input_length, output, output_length);
  KeWaitForSingleObject(&request->done, Executive, KernelMode, FALSE, NULL);
  NTSTATUS status = request->status_block.Status;
  *information = request->status_block.Information;
  end(request);
  return status;
}
