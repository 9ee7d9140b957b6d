// getaddrinfo is in ws2tcpip.h.
#pragma once
