// One adapter: what the glue keeps of an NDIS miniport instance, a part for each subject. Each part has a header and a
// source file of its name; only those touch its fields.
#pragma once

#include <shell/host.h>
#include <shell/shell.h>

#include "lane.h"
#include "memory.h"
#include "miniport.h"
#include "mtu.h"
#include "offload.h"
#include "queue.h"
#include "requests.h"
#include "routes.h"
#include "settings.h"
#include "sockets.h"
#include "workers.h"

struct nt_adapter {
  // kernel services: lane.c, memory.c, queue.c, workers.c, mtu.c, routes.c, sockets.c
  struct nt_lane lane;
  struct nt_memory memory;
  /// Inner packets of the protocol stack, and datagrams of the sockets, that wait for a worker.
  struct nt_queue outbound, inbound;
  struct nt_workers workers;
  struct nt_mtu mtu;
  struct nt_routes routes;
  struct nt_sockets sockets;
  // NDIS and the I/O manager: miniport.c (and its neighbours), offload.c, settings.c, requests.c
  struct nt_miniport miniport;
  struct nt_offload offload;
  struct nt_settings settings;
  struct nt_requests requests;
  /// The Swift side. Made last and destroyed first.
  struct shell_interface *shell;
};
