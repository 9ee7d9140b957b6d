// What Swift and C share, compiled for the processor as Swift sees it and for Windows: the offsets have to be the same
// in both, or one of them reads what the other has not written. layout.sh compares all that is in these headers; what
// is asserted here cannot change for both unnoticed.
#include <shell/host.h>
#include <shell/shell.h>

#define OFFSET(structure, field, with_64, with_32)                                                  \
  _Static_assert(                                                                                   \
      offsetof(struct structure, field) == (sizeof(void *) == 8 ? (with_64) : (with_32)), #structure "." #field)
#define SIZE(structure, with_64, with_32) \
  _Static_assert(sizeof(struct structure) == (sizeof(void *) == 8 ? (with_64) : (with_32)), #structure)

OFFSET(shell_endpoint, address, 0, 0);
OFFSET(shell_endpoint, scope_id, 16, 16);
OFFSET(shell_endpoint, port, 20, 20);
OFFSET(shell_endpoint, family, 22, 22);
SIZE(shell_endpoint, 24, 24);

OFFSET(shell_path, remote, 0, 0);
OFFSET(shell_path, source, 24, 24);
OFFSET(shell_path, interface_index, 40, 40);
OFFSET(shell_path, has_source, 44, 44);
SIZE(shell_path, 48, 48);

OFFSET(shell_tasks, segment_bytes, 0, 0);
OFFSET(shell_tasks, transport, 4, 4);
OFFSET(shell_tasks, tasks, 6, 6);
SIZE(shell_tasks, 8, 8);

OFFSET(shell_frame, next, 0, 0);
OFFSET(shell_frame, bytes, 8, 4);
OFFSET(shell_frame, capacity, 16, 8);
OFFSET(shell_frame, offset, 20, 12);
OFFSET(shell_frame, length, 24, 16);
OFFSET(shell_frame, traffic_class, 28, 20);
OFFSET(shell_frame, family, 29, 21);
OFFSET(shell_frame, path, 32, 24);
OFFSET(shell_frame, left, 80, 72);
OFFSET(shell_frame, note, 88, 80);
SIZE(shell_frame, 320, 312);

OFFSET(shell_statistics, sent_packets, 0, 0);
OFFSET(shell_statistics, sent_bytes, 8, 8);
OFFSET(shell_statistics, send_errors, 16, 16);
OFFSET(shell_statistics, send_discards, 24, 24);
OFFSET(shell_statistics, received_packets, 32, 32);
OFFSET(shell_statistics, received_bytes, 40, 40);
OFFSET(shell_statistics, receive_errors, 48, 48);
OFFSET(shell_statistics, receive_discards, 56, 56);
SIZE(shell_statistics, 64, 64);
