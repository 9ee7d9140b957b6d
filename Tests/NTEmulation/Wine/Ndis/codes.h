// Requests that ndis.sys answers under Wine. The first is Windows' own, for one object; the others are the tests'.
#pragma once

/// IOCTL_NDIS_QUERY_GLOBAL_STATS: an object identifier in, what the miniport answers out.
#define EDGE_QUERY 0x00170002u
/// A packet for the miniport to send; the status of its list is the request's.
#define EDGE_SEND 0x00173800u
/// The packet that came up first, or STATUS_NO_MORE_ENTRIES.
#define EDGE_RECEIVE 0x00173804u
/// A minor function of IRP_MJ_PNP, 4 bytes, for the adapter's device.
#define EDGE_PNP 0x00173808u
/// 4 bytes: 1 when the miniport has indicated that the link is up.
#define EDGE_LINK 0x0017380cu
