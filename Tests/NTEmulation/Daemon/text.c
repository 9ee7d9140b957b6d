// The text protocol of the control socket, to and from the records of the contract.
#include <arpa/inet.h>
#include <netdb.h>
#include <net/if.h>

#include "daemon.h"

#define EINVAL_ANSWER (-22)

// A request that grows.
struct request {
  uint8_t *bytes;
  uint32_t length;
  /// Where the present peer's record is; 0: none.
  uint32_t peer;
};

static void *grow(struct request *request, uint32_t count) {
  request->bytes = realloc(request->bytes, request->length + count);
  if (request->bytes == NULL) abort();
  memset(request->bytes + request->length, 0, count);
  request->length += count;
  return request->bytes + request->length - count;
}

static struct interface_record *interface_of(struct request *request) { return (void *)request->bytes; }
static struct peer_record *peer_of(struct request *request) { return (void *)(request->bytes + request->peer); }

static bool read_key(const char *text, uint8_t key[32]) {
  if (strlen(text) != 64) return false;
  for (int i = 0; i < 32; i++) {
    unsigned value;
    if (sscanf(text + 2 * i, "%2x", &value) != 1) return false;
    key[i] = (uint8_t)value;
  }
  return true;
}

static bool read_endpoint(char *text, uint8_t record[28]) {
  char *colon = strrchr(text, ':');
  if (colon == NULL) return false;
  *colon = 0;
  if (text[0] == '[') {
    text++;
    text[strlen(text) - 1] = 0;
  }
  struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_DGRAM}, *found;
  if (getaddrinfo(text, colon + 1, &hints, &found) != 0) return false;
  bool is_v4 = found->ai_family == AF_INET;
  memset(record, 0, 28);
  record[0] = is_v4 ? 2 : 23;
  if (is_v4) {
    const struct sockaddr_in *v4 = (const void *)found->ai_addr;
    memcpy(record + 2, &v4->sin_port, 2);
    memcpy(record + 4, &v4->sin_addr, 4);
  } else {
    const struct sockaddr_in6 *v6 = (const void *)found->ai_addr;
    memcpy(record + 2, &v6->sin6_port, 2);
    memcpy(record + 8, &v6->sin6_addr, 16);
    memcpy(record + 24, &v6->sin6_scope_id, 4);
  }
  freeaddrinfo(found);
  return true;
}

static bool add_allowed(struct request *request, char *text) {
  char *slash = strchr(text, '/');
  if (slash == NULL) return false;
  *slash = 0;
  struct allowed_record record = {.length = (uint8_t)atoi(slash + 1)};
  record.family = strchr(text, ':') != NULL ? 23 : 2;
  if (inet_pton(record.family == 2 ? AF_INET : AF_INET6, text, record.address) != 1) return false;
  memcpy(grow(request, sizeof record), &record, sizeof record);
  peer_of(request)->allowed_count++;
  return true;
}

static bool set_interface(struct request *request, const char *key, char *value) {
  struct interface_record *record = interface_of(request);
  if (strcmp(key, "private_key") == 0) {
    record->flags |= INTERFACE_PRIVATE_KEY;
    return read_key(value, record->private_key);
  }
  if (strcmp(key, "listen_port") == 0) {
    record->flags |= INTERFACE_PORT;
    record->port = (uint16_t)atoi(value);
    return true;
  }
  if (strcmp(key, "replace_peers") == 0) {
    record->flags |= INTERFACE_REPLACE;
    return true;
  }
  // A mark is nothing that Windows has.
  return strcmp(key, "fwmark") == 0;
}

static bool set_peer(struct request *request, const char *key, char *value) {
  struct peer_record *record = peer_of(request);
  if (strcmp(key, "preshared_key") == 0) {
    record->flags |= PEER_PRESHARED_KEY;
    return read_key(value, record->preshared_key);
  }
  if (strcmp(key, "endpoint") == 0) {
    record->flags |= PEER_ENDPOINT;
    return read_endpoint(value, record->endpoint);
  }
  if (strcmp(key, "persistent_keepalive_interval") == 0) {
    record->flags |= PEER_KEEPALIVE;
    record->keepalive = (uint16_t)atoi(value);
    return true;
  }
  if (strcmp(key, "replace_allowed_ips") == 0) {
    record->flags |= PEER_REPLACE_ALLOWED;
    return true;
  }
  if (strcmp(key, "remove") == 0) {
    record->flags |= PEER_REMOVE;
    return true;
  }
  if (strcmp(key, "update_only") == 0) {
    record->flags |= PEER_UPDATE;
    return true;
  }
  if (strcmp(key, "allowed_ip") == 0) return add_allowed(request, value);
  return strcmp(key, "protocol_version") == 0 && strcmp(value, "1") == 0;
}

static bool set_line(struct request *request, char *line) {
  char *value = strchr(line, '=');
  if (value == NULL) return false;
  *value++ = 0;
  if (strcmp(line, "public_key") != 0)
    return request->peer == 0 ? set_interface(request, line, value) : set_peer(request, line, value);
  struct peer_record record = {.flags = PEER_PUBLIC_KEY};
  if (!read_key(value, record.public_key)) return false;
  request->peer = request->length;
  memcpy(grow(request, sizeof record), &record, sizeof record);
  interface_of(request)->peer_count++;
  return true;
}

static bool next_line(FILE *in, char **line, size_t *room) {
  ssize_t length = getline(line, room, in);
  if (length <= 0) return false;
  if ((*line)[length - 1] == '\n') (*line)[length - 1] = 0;
  return true;
}

static int error_of(int32_t status) {
  switch (status) {
    case NT_SUCCESS:
      return 0;
    case STATUS_ADDRESS_ALREADY_EXISTS:
      return -98;
    case STATUS_NO_MEMORY:
      return -12;
    default:
      return EINVAL_ANSWER;
  }
}

static void set(struct daemon *daemon, FILE *in, FILE *out, char **line, size_t *room) {
  struct request request = {0};
  grow(&request, sizeof(struct interface_record));
  bool is_right = true;
  while (next_line(in, line, room) && **line != 0) is_right = is_right && set_line(&request, *line);
  int32_t status = STATUS_INVALID_PARAMETER;
  if (is_right) status = daemon_request(daemon, IOCTL_SET, NULL, 0, request.bytes, request.length, NULL);
  memset(request.bytes, 0, request.length);
  free(request.bytes);
  fprintf(out, "errno=%d\n\n", error_of(status));
}

static void print_key(FILE *out, const char *name, const uint8_t key[32]) {
  fprintf(out, "%s=", name);
  for (int i = 0; i < 32; i++) fprintf(out, "%02x", key[i]);
  fputc('\n', out);
}

static bool is_zero(const uint8_t key[32]) {
  static const uint8_t zero[32];
  return memcmp(key, zero, 32) == 0;
}

static void print_endpoint(FILE *out, const uint8_t record[28]) {
  char text[64];
  uint16_t port = (uint16_t)(record[2] << 8 | record[3]);
  if (record[0] == 2) {
    fprintf(out, "endpoint=%s:%u\n", inet_ntop(AF_INET, record + 4, text, sizeof text), port);
  } else {
    uint32_t scope;
    memcpy(&scope, record + 24, 4);
    fprintf(out, "endpoint=[%s", inet_ntop(AF_INET6, record + 8, text, sizeof text));
    char interface[IF_NAMESIZE];
    if (scope != 0 && if_indextoname(scope, interface) != NULL) fprintf(out, "%%%s", interface);
    fprintf(out, "]:%u\n", port);
  }
}

static const uint8_t *print_peer(FILE *out, const uint8_t *at) {
  const struct peer_record *peer = (const void *)at;
  print_key(out, "public_key", peer->public_key);
  print_key(out, "preshared_key", peer->preshared_key);
  fprintf(out, "protocol_version=1\n");
  if (peer->flags & PEER_ENDPOINT) print_endpoint(out, peer->endpoint);
  uint64_t since_1970 = peer->last_handshake == 0 ? 0 : peer->last_handshake - 116444736000000000ull;
  fprintf(out, "last_handshake_time_sec=%llu\n", (unsigned long long)(since_1970 / 10000000));
  fprintf(out, "last_handshake_time_nsec=%llu\n", (unsigned long long)(since_1970 % 10000000 * 100));
  fprintf(out, "tx_bytes=%llu\nrx_bytes=%llu\n", (unsigned long long)peer->sent, (unsigned long long)peer->received);
  fprintf(out, "persistent_keepalive_interval=%u\n", peer->keepalive);
  at += sizeof *peer;
  for (uint32_t i = 0; i < peer->allowed_count; i++, at += sizeof(struct allowed_record)) {
    const struct allowed_record *allowed = (const void *)at;
    char text[64];
    inet_ntop(allowed->family == 2 ? AF_INET : AF_INET6, allowed->address, text, sizeof text);
    fprintf(out, "allowed_ip=%s/%u\n", text, allowed->length);
  }
  return at;
}

static void get(struct daemon *daemon, FILE *out) {
  uint64_t needed = 4096;
  uint8_t *bytes = NULL;
  int32_t status;
  do {
    uint32_t length = (uint32_t)needed;
    bytes = realloc(bytes, length);
    if (bytes == NULL) abort();
    status = daemon_request(daemon, IOCTL_GET, NULL, 0, bytes, length, &needed);
  } while (status == STATUS_BUFFER_OVERFLOW);
  if (status == NT_SUCCESS) {
    const struct interface_record *interface = (const void *)bytes;
    if (!is_zero(interface->private_key)) print_key(out, "private_key", interface->private_key);
    if (interface->port != 0) fprintf(out, "listen_port=%u\n", interface->port);
    const uint8_t *at = bytes + sizeof *interface;
    for (uint32_t i = 0; i < interface->peer_count; i++) at = print_peer(out, at);
  }
  free(bytes);
  fprintf(out, "errno=%d\n\n", error_of(status));
}

bool text_answer(struct daemon *daemon, FILE *in, FILE *out) {
  static char *line;
  static size_t room;
  if (!next_line(in, &line, &room)) return false;
  if (strcmp(line, "set=1") == 0) {
    set(daemon, in, out, &line, &room);
    return true;
  }
  if (strcmp(line, "get=1") != 0) return false;
  while (next_line(in, &line, &room) && *line != 0) {
  }
  get(daemon, out);
  return true;
}
