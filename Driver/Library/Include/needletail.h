// The adapter API of needletail.dll: WireGuard adapters of the Windows driver needletail.sys.
//
// SPDX-License-Identifier: MIT
//
// A program loads the library with LoadLibraryEx and finds the functions by name with GetProcAddress; NAME_FUNC is the
// type of a function called NAME. There is no import library. Every function that can fail sets the thread's last
// error. Making an adapter installs the driver when it is missing or older than the library; that takes an elevated
// process.
#ifndef NEEDLETAIL_H
#define NEEDLETAIL_H

#include <winsock2.h>
#include <windows.h>
#include <ws2ipdef.h>
#include <iphlpapi.h>

#ifdef __cplusplus
extern "C" {
#endif

// An adapter that was made or opened.
typedef struct WIREGUARD_ADAPTER *WIREGUARD_ADAPTER_HANDLE;

typedef enum { WIREGUARD_LOG_INFO, WIREGUARD_LOG_WARN, WIREGUARD_LOG_ERR } WIREGUARD_LOGGER_LEVEL;
typedef enum { WIREGUARD_ADAPTER_LOG_OFF, WIREGUARD_ADAPTER_LOG_ON,
    WIREGUARD_ADAPTER_LOG_ON_WITH_PREFIX } WIREGUARD_ADAPTER_LOG_STATE;
typedef enum { WIREGUARD_ADAPTER_STATE_DOWN, WIREGUARD_ADAPTER_STATE_UP } WIREGUARD_ADAPTER_STATE;

// Takes a message of the library or a line of a driver's log. The time is in 100 ns since 1601-01-01 UTC. Called from
// any thread, from several at once. It closes no adapter.
typedef void(CALLBACK *WIREGUARD_LOGGER_CALLBACK)(WIREGUARD_LOGGER_LEVEL Level, DWORD64 Timestamp, LPCWSTR Message);

// Configuration: an interface, then each peer followed by its allowed IPs. All lie at multiples of 8 bytes.
#define WIREGUARD_KEY_LENGTH 32

typedef enum {
  WIREGUARD_INTERFACE_HAS_PUBLIC_KEY = 0x1,
  WIREGUARD_INTERFACE_HAS_PRIVATE_KEY = 0x2,
  WIREGUARD_INTERFACE_HAS_LISTEN_PORT = 0x4,
  WIREGUARD_INTERFACE_REPLACE_PEERS = 0x8
} WIREGUARD_INTERFACE_FLAG;

typedef enum {
  WIREGUARD_PEER_HAS_PUBLIC_KEY = 0x1,
  WIREGUARD_PEER_HAS_PRESHARED_KEY = 0x2,
  WIREGUARD_PEER_HAS_PERSISTENT_KEEPALIVE = 0x4,
  WIREGUARD_PEER_HAS_ENDPOINT = 0x8,
  WIREGUARD_PEER_REPLACE_ALLOWED_IPS = 0x20,
  WIREGUARD_PEER_REMOVE = 0x40,
  WIREGUARD_PEER_UPDATE = 0x80
} WIREGUARD_PEER_FLAG;

typedef enum { WIREGUARD_ALLOWED_IP_REMOVE = 0x1 } WIREGUARD_ALLOWED_IP_FLAG;

typedef struct DECLSPEC_ALIGN(8) _WIREGUARD_INTERFACE {
  WIREGUARD_INTERFACE_FLAG Flags;
  WORD ListenPort;
  BYTE PrivateKey[WIREGUARD_KEY_LENGTH];
  BYTE PublicKey[WIREGUARD_KEY_LENGTH];  // told, never taken
  DWORD PeersCount;
} WIREGUARD_INTERFACE;

typedef struct DECLSPEC_ALIGN(8) _WIREGUARD_PEER {
  WIREGUARD_PEER_FLAG Flags;
  DWORD Reserved;
  BYTE PublicKey[WIREGUARD_KEY_LENGTH];
  BYTE PresharedKey[WIREGUARD_KEY_LENGTH];  // all zero is none
  WORD PersistentKeepalive;                 // seconds; 0 is off
  SOCKADDR_INET Endpoint;
  DWORD64 TxBytes;        // told, as the next two
  DWORD64 RxBytes;
  DWORD64 LastHandshake;  // 100 ns since 1601-01-01 UTC; 0 is never
  DWORD AllowedIPsCount;
} WIREGUARD_PEER;

typedef struct DECLSPEC_ALIGN(8) _WIREGUARD_ALLOWED_IP {
  union {
    IN_ADDR V4;
    IN6_ADDR V6;
  } Address;
  ADDRESS_FAMILY AddressFamily;
  BYTE Cidr;
  WIREGUARD_ALLOWED_IP_FLAG Flags;
} WIREGUARD_ALLOWED_IP;

// Makes an adapter and installs the driver if need be; it takes seconds. Name and tunnel type have 1 to 127 characters;
// the GUID is the adapter's for ever, NULL for one by chance. The adapter lives as long as the handle, at most as long
// as the process. NULL on failure.
typedef WIREGUARD_ADAPTER_HANDLE(WINAPI WIREGUARD_CREATE_ADAPTER_FUNC)(
    LPCWSTR Name, LPCWSTR TunnelType, const GUID *RequestedGUID);
// Opens an adapter that is there, whoever made it. ERROR_NOT_FOUND when it is not.
typedef WIREGUARD_ADAPTER_HANDLE(WINAPI WIREGUARD_OPEN_ADAPTER_FUNC)(LPCWSTR Name);
// Ends the use of a handle, and the adapter if the handle made it. NULL is nothing.
typedef void(WINAPI WIREGUARD_CLOSE_ADAPTER_FUNC)(WIREGUARD_ADAPTER_HANDLE Adapter);
typedef void(WINAPI WIREGUARD_GET_ADAPTER_LUID_FUNC)(WIREGUARD_ADAPTER_HANDLE Adapter, NET_LUID *Luid);
// Major number in the upper half, minor in the lower; 0 on failure, ERROR_FILE_NOT_FOUND when no driver is loaded.
typedef DWORD(WINAPI WIREGUARD_GET_RUNNING_DRIVER_VERSION_FUNC)(void);
// Removes the driver from the system. It fails while an adapter uses it.
typedef BOOL(WINAPI WIREGUARD_DELETE_DRIVER_FUNC)(void);
// NULL: nobody is told anything.
typedef void(WINAPI WIREGUARD_SET_LOGGER_FUNC)(WIREGUARD_LOGGER_CALLBACK NewLogger);
// Whether the adapter's lines go to the logger; with the interface's index in front of each when asked for.
typedef BOOL(WINAPI WIREGUARD_SET_ADAPTER_LOGGING_FUNC)(WIREGUARD_ADAPTER_HANDLE Adapter,
    WIREGUARD_ADAPTER_LOG_STATE State);
typedef BOOL(WINAPI WIREGUARD_SET_ADAPTER_STATE_FUNC)(WIREGUARD_ADAPTER_HANDLE Adapter, WIREGUARD_ADAPTER_STATE State);
typedef BOOL(WINAPI WIREGUARD_GET_ADAPTER_STATE_FUNC)(WIREGUARD_ADAPTER_HANDLE Adapter, WIREGUARD_ADAPTER_STATE *State);
// All of it or, on failure, nothing of it.
typedef BOOL(WINAPI WIREGUARD_SET_CONFIGURATION_FUNC)(
    WIREGUARD_ADAPTER_HANDLE Adapter, const WIREGUARD_INTERFACE *Config, DWORD Bytes);
// ERROR_MORE_DATA when it takes more than *Bytes, which says afterwards how many; Config may be NULL when *Bytes is 0.
typedef BOOL(WINAPI WIREGUARD_GET_CONFIGURATION_FUNC)(
    WIREGUARD_ADAPTER_HANDLE Adapter, WIREGUARD_INTERFACE *Config, DWORD *Bytes);

#ifdef __cplusplus
}
#endif
#endif
