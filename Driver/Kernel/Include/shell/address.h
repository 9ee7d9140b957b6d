// Addresses as they cross between the C glue and the Swift shell: fixed-width fields, no type of Windows' headers.
#pragma once

#include <stdint.h>

/// The far end of a datagram. `family` is 4 or 6; IPv4 uses the first four bytes of `address`, in network order.
struct shell_endpoint {
  uint8_t address[16];
  uint32_t scope_id;
  /// Host order.
  uint16_t port;
  uint8_t family;
  uint8_t reserved;
};

/// The way of a datagram: the far end, and the local address and interface it uses.
struct shell_path {
  struct shell_endpoint remote;
  /// The local address of the remote's family; counts only when `has_source` is 1.
  uint8_t source[16];
  /// The interface's index; 0 leaves the choice to the stack.
  uint32_t interface_index;
  uint8_t has_source;
  uint8_t reserved[3];
};

_Static_assert(sizeof(struct shell_endpoint) == 24, "shell_endpoint");
_Static_assert(sizeof(struct shell_path) == 48, "shell_path");
