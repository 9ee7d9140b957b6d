// What happens to an adapter besides packets.
#include "world.h"

#define EXPORT(image, result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export(image, #name)

static bool is_end_of_reader(int32_t status) {
  return status == NT_CANCELLED || status == ADAPTER_REMOVED || status == NT_INVALID_DEVICE_REQUEST;
}

// A reader of the log that gets a line, is cancelled, or whose file is closed: in the end it is always completed.
void act_log(struct end *end) {
  EXPORT("ndis.sys", void *, EmulNdisDevice, void *);
  uint8_t line[128];
  int32_t status;
  uint64_t information;
  struct nt_file *file = end->adapter.file;
  bool has_own = nt_choose(2);
  if (has_own) {
    if (!end_enter(end)) return;
    file = nt_open(EmulNdisDevice(end->adapter.ndis), &status);
    end_leave(end);
    EXPECT(file != NULL || status == ADAPTER_REMOVED);
    if (file == NULL) return;
  }
  struct nt_request *reader = nt_control_begin(file, IOCTL_LOG, NULL, 0, line, sizeof line);
  bool is_hasty = nt_choose(2);
  if (is_hasty) linger();
  bool is_done = nt_request_wait(reader, is_hasty ? 0 : 1 + nt_choose(3000), &status, &information);
  if (has_own && nt_choose(2)) {
    nt_close(file);
    has_own = false;
  } else if (!is_done) {
    nt_request_cancel(reader);
  }
  // Time passes only when nobody can run: whoever has something left to do does it within the moment.
  EXPECT(is_done || nt_request_wait(reader, 1, &status, &information));
  EXPECT(status == NT_SUCCESS ? information == 128 && line[8] >= '1' : is_end_of_reader(status));
  nt_request_end(reader);
  if (has_own) nt_close(file);
}

static void expect_known(int32_t status) {
  // Two ends in one machine may want one port.
  bool is_known = status == NT_SUCCESS || status == STATUS_ALREADY_COMPLETE || status == STATUS_ADDRESS_ALREADY_EXISTS;
  EXPECT(is_known || is_end_of_reader(status));
}

static void change_port(struct end *end) {
  struct interface_record record = {.flags = INTERFACE_PORT};
  record.port = (uint16_t)(nt_choose(2) ? 0 : 3000 + nt_choose(4));
  expect_known(adapter_set(&end->adapter, &record, sizeof record));
}

static void read_configuration(struct end *end) {
  uint8_t answer[1000];
  uint32_t length = nt_choose(2) ? sizeof answer : 80 + nt_choose(300);
  int32_t status = adapter_control(&end->adapter, IOCTL_GET, NULL, 0, answer, length, NULL);
  if (status != STATUS_BUFFER_OVERFLOW) expect_known(status);
}

static void change_peer(struct end *end) {
  struct {
    struct interface_record interface;
    struct peer_record peer;
  } request = {.interface = {.peer_count = 1}, .peer = {.flags = PEER_PUBLIC_KEY | PEER_UPDATE | PEER_KEEPALIVE}};
  memcpy(request.peer.public_key, world.ends[2 - end->number].adapter.public_key, 32);
  request.peer.keepalive = (uint16_t)nt_choose(4);
  expect_known(adapter_set(&end->adapter, &request, sizeof request));
}

void act_requests(struct end *end) {
  switch (nt_choose(8)) {
    case 0:
      change_port(end);
      break;
    case 1:
      expect_known(adapter_state(&end->adapter, 0));
      rest();
      expect_known(adapter_state(&end->adapter, 1));
      break;
    case 2:
    case 3:
      change_peer(end);
      break;
    case 4:
      adapter_state(&end->adapter, 2);
      break;
    default:
      read_configuration(end);
      break;
  }
}

// The protocol stack: keeps packets for a while, and is told another MTU.
void act_stack(struct end *end) {
  EXPORT("ndis.sys", void, EmulNdisHold, void *, uint32_t);
  EXPORT("netio.sys", void, EmulNetioSetMtu, uint64_t, uint32_t);
  if (!end_enter(end)) return;
  if (nt_choose(4) == 0) {
    EmulNetioSetMtu(end->number, 1280 + nt_choose(141));
  } else {
    EmulNdisHold(end->adapter.ndis, 1);
    rest();
    EmulNdisHold(end->adapter.ndis, 0);
  }
  end_leave(end);
}

// The system: pauses and restarts the adapter, puts it to sleep, asks for its removal and thinks better of it.
void act_system(struct end *end) {
  EXPORT("ndis.sys", int32_t, EmulNdisPause, void *);
  EXPORT("ndis.sys", int32_t, EmulNdisRestart, void *);
  EXPORT("ndis.sys", int32_t, EmulNdisOid, void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *);
  EXPORT("ndis.sys", int32_t, EmulNdisPnp, void *, uint32_t);
  if (!end_enter(end)) return;
  void *ndis = end->adapter.ndis;
  if (nt_choose(2)) storm(end);
  uint32_t low = 4, high = 1, done, needed;
  switch (nt_choose(4)) {
    case 0:
      EXPECT(EmulNdisPause(ndis) == NT_SUCCESS);
      rest();
      EXPECT(EmulNdisRestart(ndis) == NT_SUCCESS);
      break;
    case 1:
      EXPECT(EmulNdisOid(ndis, 1, 0xfd010101, &low, 4, &done, &needed) == NT_SUCCESS);
      rest();
      EXPECT(EmulNdisOid(ndis, 1, 0xfd010101, &high, 4, &done, &needed) == NT_SUCCESS);
      break;
    case 2:
      EXPECT(EmulNdisPnp(ndis, 1) == NT_SUCCESS);
      rest();
      EXPECT(EmulNdisPnp(ndis, 3) == NT_SUCCESS);
      break;
    default:
      break;
  }
  end_leave(end);
}
