// The upper edge: opening devices and sending them requests, as a process does.
#include <emulation.h>

struct emul_request {
  struct emul_completion completion;
  PMDL mdl;
  void *system_buffer;
  uint32_t system_length;
};

static struct emul_request *begin(PFILE_OBJECT file, UCHAR major) {
  struct emul_request *request = platform_memory_take(sizeof *request);
  if (request == NULL) emul_fail("no memory for a request");
  PDEVICE_OBJECT device = IoGetAttachedDevice(file->DeviceObject);
  KeInitializeEvent(&request->completion.done, NotificationEvent, FALSE);
  emul_completion_begin(&request->completion);
  PIRP irp = request->completion.irp;
  if (device->StackSize > 4) emul_fail("a device stack of %d", device->StackSize);
  IoInitializeIrp(irp, IoSizeOfIrp(device->StackSize), device->StackSize);
  irp->UserIosb = &request->completion.status_block;
  irp->UserEvent = &request->completion.done;
  irp->RequestorMode = UserMode;
  irp->Tail.Overlay.Thread = (PETHREAD)emul_self();
  irp->Tail.Overlay.OriginalFileObject = file;
  PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
  location->MajorFunction = major;
  location->FileObject = file;
  return request;
}

static void end(struct emul_request *request) {
  if (request->mdl != NULL) {
    MmUnlockPages(request->mdl);
    IoFreeMdl(request->mdl);
  }
  emul_completion_end(&request->completion);
  if (request->system_buffer != NULL) EmulGuardedGiveBack(request->system_buffer, request->system_length);
  platform_memory_give_back(request);
}

static void call(PFILE_OBJECT file, struct emul_request *request) {
  PIRP irp = request->completion.irp;
  PIO_STACK_LOCATION location = IoGetNextIrpStackLocation(irp);
  emul_vectors_mark();
  NTSTATUS status = IofCallDriver(IoGetAttachedDevice(file->DeviceObject), irp);
  emul_thread_check("a dispatch routine");
  BOOLEAN marked = emul_irp_was_marked(&request->completion, location);
  if (status == STATUS_PENDING && !marked)
    emul_fail("irp-pending: IRP %p: STATUS_PENDING returned, but not marked", (void *)irp);
  if (status != STATUS_PENDING && marked)
    emul_fail("irp-pending: IRP %p: marked pending, but 0x%x returned", (void *)irp, status);
  if (status != STATUS_PENDING && !KeReadStateEvent(&request->completion.done))
    emul_fail("irp-forgotten: IRP %p: 0x%x returned, but not completed", (void *)irp, status);
  if (status != STATUS_PENDING && status != request->completion.status_block.Status)
    emul_fail(
        "irp-status: IRP %p: 0x%x returned, but completed with 0x%x", (void *)irp, status,
        request->completion.status_block.Status);
}

static NTSTATUS call_and_wait(PFILE_OBJECT file, struct emul_request *request) {
  call(file, request);
  KeWaitForSingleObject(&request->completion.done, Executive, KernelMode, FALSE, NULL);
  NTSTATUS status = request->completion.status_block.Status;
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
  IoGetNextIrpStackLocation(request->completion.irp)->Parameters.Create.SecurityContext = &security;
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

// What the I/O manager does before it makes an IRP: for a buffer that is not there no driver is called.
static BOOLEAN may_use(uint32_t code, const void *input, uint32_t input_length, const void *output, uint32_t length) {
  uint32_t method = code & 3;
  if (method == METHOD_NEITHER) return TRUE;
  return platform_user_probe(input, input_length, FALSE) &&
         platform_user_probe(output, length, method != METHOD_IN_DIRECT);
}

static void set_buffers(
    struct emul_request *request, uint32_t code, void *input, uint32_t input_length, void *output,
    uint32_t output_length) {
  PIRP irp = request->completion.irp;
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
    request->system_length = system_length;
    request->system_buffer = EmulGuardedTake(system_length, PLATFORM_GUARDED_POOL);
    if (request->system_buffer == NULL) emul_fail("no memory for a request's buffer");
    memset((uint8_t *)request->system_buffer, 0xcd, system_length);
    // What has gone since it was probed stays what it is here: the driver sees nothing of it.
    (void)platform_user_copy(request->system_buffer, input, input_length);
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

/// Sends a device control and returns at once; the request must be waited for and ended.
struct emul_request *EmulControlBegin(
    PFILE_OBJECT file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length) {
  struct emul_request *request = begin(file, IRP_MJ_DEVICE_CONTROL);
  if (!may_use(code, input, input_length, output, output_length)) {
    request->completion.irp->IoStatus.Status = STATUS_ACCESS_VIOLATION;
    emul_complete(request->completion.irp);
    return request;
  }
  set_buffers(request, code, input, input_length, output, output_length);
  call(file, request);
  return request;
}

/// Waits until the request is done: 1, with its status, or 0 after `timeout_ms`.
uint32_t EmulRequestWait(struct emul_request *request, uint32_t timeout_ms, int32_t *status, uint64_t *information) {
  LARGE_INTEGER timeout = {.QuadPart = -10000ll * timeout_ms};
  if (KeWaitForSingleObject(&request->completion.done, Executive, KernelMode, FALSE, &timeout) != STATUS_SUCCESS)
    return 0;
  *status = request->completion.status_block.Status;
  *information = request->completion.status_block.Information;
  return 1;
}

/// CancelIoEx. 1 when a cancel routine was called.
uint32_t EmulRequestCancel(struct emul_request *request) { return emul_completion_cancel(&request->completion); }

/// Forgets a request that is done.
void EmulRequestEnd(struct emul_request *request) {
  if (!KeReadStateEvent(&request->completion.done)) emul_fail("a request forgotten that is not done");
  end(request);
}

/// DeviceIoControl: waits until it is done.
int32_t EmulControl(
    PFILE_OBJECT file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information) {
  struct emul_request *request = EmulControlBegin(file, code, input, input_length, output, output_length);
  KeWaitForSingleObject(&request->completion.done, Executive, KernelMode, FALSE, NULL);
  NTSTATUS status = request->completion.status_block.Status;
  *information = request->completion.status_block.Information;
  end(request);
  return status;
}
