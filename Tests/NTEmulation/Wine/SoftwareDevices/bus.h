// What the parts of swdevice.sys share.
#pragma once

#include <ntifs.h>

#include "protocol.h"

struct child {
  struct child *next;
  PDEVICE_OBJECT device;
  void *owner;
  struct swd_create made;
  BOOLEAN is_started, is_disabled, is_reported;
};


extern PDEVICE_OBJECT bus;
extern PDRIVER_OBJECT bus_driver;
/// How often plug and play has asked what is on the bus.
extern volatile LONG relations_asked;
extern struct child *children;

// children.c: by the thread of work.c only.

struct child *child_find(const WCHAR *instance);
NTSTATUS child_create(const struct swd_create *made, void *owner);
NTSTATUS child_change(const WCHAR *instance, BOOLEAN is_disabled);
void child_remove_of(void *owner);
/// Whether the kernel has needletail.sys.
BOOLEAN driver_is_loaded(void);

// work.c

NTSTATUS work_begin(void);
/// A request, or without one the end of a handle.
void work_queue(PIRP irp, void *owner);

// pnp.c

NTSTATUS NTAPI bus_pnp(PDEVICE_OBJECT device, PIRP irp);
