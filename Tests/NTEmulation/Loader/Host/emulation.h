// What a test program sees: the emulated kernel, drivers and their devices. Calls of exports that are not here go
// through nt_export and a function pointer of type NT_ABI.
#pragma once

#include <stddef.h>
#include <stdint.h>

#define NT_ABI __attribute__((ms_abi))

// NTSTATUS values that tests compare with
#define NT_SUCCESS 0
#define NT_PENDING 0x103
#define NT_CANCELLED ((int32_t)0xc0000120)
#define NT_INVALID_DEVICE_REQUEST ((int32_t)0xc0000010)

/// Loads ntoskrnl.exe from the directory, in which imported images are looked for too, and starts it. 0 on failure,
/// with a message. The calling thread becomes one of the kernel's.
int nt_start(const char *image_directory);
/// Every other thread of the test, before its first call into the kernel.
void nt_thread_attach(void);
/// The address of an export of an image: "ndis.sys", "EmulNdisSend". Ends the process if there is none.
void *nt_export(const char *image, const char *name);

struct nt_driver;
/// Maps a driver's image and calls DriverEntry. NULL with a status, or with NT_SUCCESS if the image could not be
/// mapped.
struct nt_driver *nt_driver_load(const char *path, int32_t *status);
/// Calls DriverUnload; answers how many things were left, each named by the rule it breaks.
uint64_t nt_driver_unload(struct nt_driver *driver);
/// The device the driver made last, or NULL.
void *nt_driver_device(struct nt_driver *driver);

struct nt_file;
struct nt_file *nt_open(void *device, int32_t *status);
void nt_close(struct nt_file *file);
/// DeviceIoControl, as a process of user mode does it.
int32_t nt_control(
    struct nt_file *file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length,
    uint64_t *information);

struct nt_request;
/// The same with an OVERLAPPED: begin, then wait (and cancel), then end.
struct nt_request *nt_control_begin(
    struct nt_file *file, uint32_t code, void *input, uint32_t input_length, void *output, uint32_t output_length);
/// 1 when it is done, 0 after the timeout.
int nt_request_wait(struct nt_request *request, uint32_t timeout_ms, int32_t *status, uint64_t *information);
/// 1 when a cancel routine was called.
int nt_request_cancel(struct nt_request *request);
void nt_request_end(struct nt_request *request);

/// Lets one call fail of all that can (memory, threads, sockets, NDIS): the one after `others`; negative: none. Answers
/// how many failed so far.
uint64_t nt_fail_one(int64_t others);
/// Whether memory that drivers get from now on ends before a page that cannot be touched, and cannot be touched itself
/// once it is freed; IRPs, their system buffers, packets and adapters too.
void nt_special_pool(int on);
/// A place in the driver's image, by offset, that a call returns to which can fail.
struct nt_call_site {
  uint32_t offset, reached, failed;
};
/// Lets the next call at a site fail, once. Answers how many calls failed so far.
uint64_t nt_fail_site(uint32_t offset);
/// Copies at most `room` sites that were reached so far; answers how many there are.
uint32_t nt_call_sites(struct nt_call_site *sites, uint32_t room);
/// Blocks of pool that are allocated.
uint64_t nt_pool_blocks(void);
