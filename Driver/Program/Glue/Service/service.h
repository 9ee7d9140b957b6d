// Services of tunnels.
#pragma once

#include "../Process/host.h"

#define SERVICE_PREFIX L"NeedletailTunnel$"
enum { SERVICE_NAME_MOST = 64 };

/// The name of a tunnel's service.
DWORD service_name(const uint8_t *tunnel, WCHAR service[SERVICE_NAME_MOST]);
/// Stops one, and waits; one that does not run is no error.
DWORD service_stop(SC_HANDLE service);
/// Starts one, and waits until it runs; one that does is no error.
DWORD service_start(SC_HANDLE service);
