// IRPs on the device objects that NDIS makes for our adapters.
#pragma once

#include <nt/kernel.h>

struct nt_adapter;

// The five requests (WireGuardNT's numbers for four; OBSERVE is our own).
#define NT_IOCTL_GET 0xb098c506
#define NT_IOCTL_SET 0xb098c509
#define NT_IOCTL_STATE 0xb098c50c
#define NT_IOCTL_READ_LOG_LINE 0xb098c510
#define NT_IOCTL_OBSERVE 0xb0986402

/// Before the first adapter.
void nt_device_load(void);
/// Puts the driver's own dispatch routines before NDIS's.
void nt_device_interpose(PDRIVER_OBJECT driver);

/// Lets requests find an adapter, and hides it again.
void nt_device_add(struct nt_adapter *adapter);
void nt_device_remove(struct nt_adapter *adapter);

/// Whether the calling thread may do `rights` to an adapter (access.c).
NTSTATUS nt_access_check(PIRP irp, ACCESS_MASK rights);
