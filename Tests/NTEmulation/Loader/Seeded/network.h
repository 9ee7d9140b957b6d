// UDP within the process, for runs from a seed: what is sent arrives at the socket that has the port, on loopback,
// after a time and in an order that the seed chooses.
#pragma once

#include "../Platform/platform.h"

// As the functions of platform.h.
int32_t seeded_udp_open(uint32_t family);
int32_t seeded_udp_bind(int32_t socket, struct platform_address *address);
int32_t seeded_udp_name(int32_t socket, struct platform_address *address);
int32_t seeded_udp_send(
    int32_t socket, const struct platform_address *address, const void *bytes, uint32_t length_bytes);
int32_t seeded_udp_receive(int32_t socket, struct platform_address *address, void *bytes, uint32_t capacity_bytes);
void seeded_udp_stop(int32_t socket);
void seeded_udp_close(int32_t socket);

/// Of a thousand datagrams so many are lost and so many come twice; each takes up to `delay_ns`.
void seeded_network_set(uint32_t lost, uint32_t doubled, uint32_t delay_ns);
