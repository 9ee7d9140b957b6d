// The requests' codes, statuses and records, written down from the contract once more, not taken from the driver.
#pragma once

#include <stdint.h>

#define IOCTL_GET 0xb098c506u
#define IOCTL_SET 0xb098c509u
#define IOCTL_STATE 0xb098c50cu
#define IOCTL_LOG 0xb098c510u
// A request of this driver's own.
#define IOCTL_OBSERVE 0xb0986402u

#define STATUS_ALREADY_COMPLETE 0xff
#define STATUS_BUFFER_OVERFLOW ((int32_t)0x80000005)
#define STATUS_NOT_IMPLEMENTED ((int32_t)0xc0000002)
#define STATUS_INVALID_PARAMETER ((int32_t)0xc000000d)
#define STATUS_ACCESS_DENIED ((int32_t)0xc0000022)
#define STATUS_BUFFER_TOO_SMALL ((int32_t)0xc0000023)
#define STATUS_ADDRESS_ALREADY_EXISTS ((int32_t)0xc000020a)
#define STATUS_NO_MEMORY ((int32_t)0xc000009a)
#define ADAPTER_REMOVED ((int32_t)0xc0010018)
#define PAUSED ((int32_t)0xc023002a)
#define MEDIA_DISCONNECTED ((int32_t)0xc001001f)

enum interface_flags { INTERFACE_PUBLIC_KEY = 1, INTERFACE_PRIVATE_KEY = 2, INTERFACE_PORT = 4, INTERFACE_REPLACE = 8 };
enum peer_flags {
  PEER_PUBLIC_KEY = 1,
  PEER_PRESHARED_KEY = 2,
  PEER_KEEPALIVE = 4,
  PEER_ENDPOINT = 8,
  PEER_REPLACE_ALLOWED = 0x20,
  PEER_REMOVE = 0x40,
  PEER_UPDATE = 0x80
};

struct interface_record {
  uint32_t flags;
  uint16_t port;
  uint8_t private_key[32], public_key[32];
  uint16_t reserved;
  uint32_t peer_count, reserved2;
};

struct peer_record {
  uint32_t flags, version;
  uint8_t public_key[32], preshared_key[32];
  uint16_t keepalive, reserved;
  /// A SOCKADDR_INET.
  uint8_t endpoint[28];
  /// The last handshake in 100 ns units since 1601.
  uint64_t sent, received, last_handshake;
  uint32_t allowed_count, reserved2;
};

struct allowed_record {
  uint8_t address[16];
  /// 2 or 23.
  uint16_t family;
  uint8_t length, reserved;
  uint32_t flags;
};

_Static_assert(sizeof(struct interface_record) == 80, "interface");
_Static_assert(sizeof(struct peer_record) == 136, "peer");
_Static_assert(sizeof(struct allowed_record) == 24, "allowed IP");
