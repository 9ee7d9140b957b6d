// The listen port: chosen, changed, kept, taken by somebody else.
#include "program.h"

static uint16_t port_of(HANDLE device) {
  struct interface_record record;
  get(device, (uint8_t *)&record, sizeof record);
  return record.port;
}

static struct answer set_port(HANDLE device, uint16_t port) {
  struct interface_record record = {.flags = INTERFACE_PORT, .port = port};
  return set(device, &record, sizeof record);
}

// A socket of this process: on the port, or, when that is 0, on one that is free and put there.
static SOCKET occupy(uint16_t *port) {
  SOCKET made = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(*port)};
  int length = sizeof address;
  if (bind(made, (struct sockaddr *)&address, sizeof address) != 0) {
    closesocket(made);
    return INVALID_SOCKET;
  }
  getsockname(made, (struct sockaddr *)&address, &length);
  *port = ntohs(address.sin_port);
  return made;
}

static bool is_free(uint16_t port) {
  SOCKET made = occupy(&port);
  if (made == INVALID_SOCKET) return false;
  closesocket(made);
  return true;
}

void test_ports(HANDLE device) {
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  CHECK(state(device, 1) == 0 && port_of(device) != 0, "port 0 becomes one when the interface goes up");
  uint16_t chosen = port_of(device);
  CHECK(!is_free(chosen), "on which there is a socket");
  CHECK(state(device, 0) == 0 && port_of(device) == chosen && is_free(chosen), "down remembers the port, and frees it");
  CHECK(state(device, 1) == 0 && port_of(device) == chosen && !is_free(chosen), "up takes it again");
  CHECK(set_port(device, chosen).status == 0 && !is_free(chosen), "setting the same port is no change");
  CHECK(set_port(device, 0).status == 0 && port_of(device) != 0, "port 0 while up is a new one");
  uint16_t taken = 0;
  SOCKET other = occupy(&taken);
  uint16_t before = port_of(device);
  CHECK(
      refused(set_port(device, taken), STATUS_ADDRESS_ALREADY_EXISTS), "a port that somebody has is refused while up");
  struct interface_record record = {.flags = INTERFACE_PORT, .port = taken};
  CHECK_ERROR(52, "which a program sees as error 52", device, IOCTL_SET, NULL, 0, &record, sizeof record);
  CHECK(port_of(device) == before && !is_free(before), "and the old one stays in use");
  CHECK(state(device, 0) == 0 && set_port(device, taken).status == 0, "while down any port is taken");
  CHECK(state(device, 1) == STATUS_ADDRESS_ALREADY_EXISTS, "and up then refused");
  closesocket(other);
  CHECK(state(device, 1) == 0 && port_of(device) == taken && !is_free(taken), "until it is free");
  CHECK(state(device, 0) == 0, "down");
}
