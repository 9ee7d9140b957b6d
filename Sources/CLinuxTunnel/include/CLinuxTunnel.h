// System calls that Swift cannot make itself: variadic ones, ones whose arguments are built with C macros (control
// messages, ioctl numbers) and ones the C library has no name for. Nothing is decided here: every function translates
// fixed-width values into one kind of call and back. A failure is the negated error number.
#ifndef NEEDLETAIL_CLINUXTUNNEL_H
#define NEEDLETAIL_CLINUXTUNNEL_H

#include "linux_control.h"
#include "linux_link.h"
#include "linux_process.h"
#include "linux_thread.h"
#include "linux_tun.h"
#include "linux_udp.h"
#include "linux_wait.h"

#endif
