// The library's exports, declared by the types that programs know them by.
#pragma once

#include "../../Include/needletail.h"

#include <stddef.h>

WIREGUARD_CREATE_ADAPTER_FUNC WireGuardCreateAdapter;
WIREGUARD_OPEN_ADAPTER_FUNC WireGuardOpenAdapter;
WIREGUARD_CLOSE_ADAPTER_FUNC WireGuardCloseAdapter;
WIREGUARD_GET_ADAPTER_LUID_FUNC WireGuardGetAdapterLUID;
WIREGUARD_GET_RUNNING_DRIVER_VERSION_FUNC WireGuardGetRunningDriverVersion;
WIREGUARD_DELETE_DRIVER_FUNC WireGuardDeleteDriver;
WIREGUARD_SET_LOGGER_FUNC WireGuardSetLogger;
WIREGUARD_SET_ADAPTER_LOGGING_FUNC WireGuardSetAdapterLogging;
WIREGUARD_SET_ADAPTER_STATE_FUNC WireGuardSetAdapterState;
WIREGUARD_GET_ADAPTER_STATE_FUNC WireGuardGetAdapterState;
WIREGUARD_SET_CONFIGURATION_FUNC WireGuardSetConfiguration;
WIREGUARD_GET_CONFIGURATION_FUNC WireGuardGetConfiguration;

// What programs have compiled in, on every processor.
_Static_assert(sizeof(WIREGUARD_INTERFACE) == 80 && sizeof(WIREGUARD_PEER) == 136, "records");
_Static_assert(sizeof(WIREGUARD_ALLOWED_IP) == 24 && sizeof(WIREGUARD_ADAPTER_STATE) == 4, "records");
_Static_assert(offsetof(WIREGUARD_INTERFACE, PrivateKey) == 6, "fields");
_Static_assert(offsetof(WIREGUARD_INTERFACE, PeersCount) == 72, "fields");
_Static_assert(offsetof(WIREGUARD_PEER, Endpoint) == 76 && offsetof(WIREGUARD_PEER, AllowedIPsCount) == 128, "fields");
_Static_assert(offsetof(WIREGUARD_ALLOWED_IP, Cidr) == 18 && offsetof(WIREGUARD_ALLOWED_IP, Flags) == 20, "fields");
