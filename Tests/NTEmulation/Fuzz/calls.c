// One call from one seed: which request, with which buffers, how it must end, and whether it did.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

struct tally tally;
struct belief belief;

#define ACCESS_VIOLATION ((int32_t)0xc0000005)
#define ANY_LENGTH 66000u

/// A call while it is made.
struct call {
  uint32_t code;
  uint8_t *input, *output;
  uint32_t input_length, output_length;
  bool is_scribbled;
  int32_t status;
  uint64_t information;
};

static void make(struct adapter *adapter, struct call *call) {
  if (call->output == NULL || call->output_length == 0) call->is_scribbled = false;
  if (call->is_scribbled) scribble_begin(call->output, call->output_length);
  call->status = adapter_control(
      adapter, call->code, call->input, call->input_length, call->output, call->output_length, &call->information);
  if (!call->is_scribbled) return;
  tally.scribbled++;
  if (scribble_end()) tally.changed_while_read++;
}

// A buffer that is nowhere and has a length all the same.
static bool is_nil(const struct call *call) {
  return (call->input == NULL && call->input_length > 0) || (call->output == NULL && call->output_length > 0);
}

// What stands in the way before the contents of a call count: the I/O manager and the contract's lengths.
static bool is_past_envelope(const struct call *call) {
  if (is_nil(call)) return false;
  switch (call->code) {
    case IOCTL_GET:
    case IOCTL_OBSERVE: return true;
    case IOCTL_SET: return call->output_length >= sizeof(struct interface_record);
    case IOCTL_STATE: return call->input_length == 4;
    case IOCTL_LOG: return call->output_length >= 128;
    default: return false;
  }
}

// A buffer of any length, none of it, or none at all with a length that says otherwise.
static void place_other(struct dice *dice, uint32_t which, uint8_t **place, uint32_t *length) {
  *length = once_in(dice, 3) ? roll(dice, 300) : 0;
  *place = *length == 0 && once_in(dice, 2) ? NULL : buffer_place(which, *length);
  if (once_in(dice, 30)) *place = NULL;
}

static const char *call_get(struct adapter *adapter, struct dice *dice, struct call *call) {
  static const uint32_t lengths[] = {0, 79, 80, 81, 215, 216, 240};
  uint32_t total = (uint32_t)belief.total;
  switch (roll(dice, 8)) {
    case 0:
      call->output_length = lengths[roll(dice, 7)];
      break;
    case 1:
      call->output_length = total > 0 ? total - 1 : 0;
      break;
    case 2:
      call->output_length = total;
      break;
    case 3:
      call->output_length = roll(dice, total + 1);
      break;
    default:
      call->output_length = total + (once_in(dice, 2) ? 100 : roll(dice, ANY_LENGTH));
      break;
  }
  if (call->output_length > ARENA_BYTES) call->output_length = ARENA_BYTES;
  call->output = buffer_place(1, call->output_length);
  if (once_in(dice, 50)) call->output = NULL;
  uint32_t shown = call->output_length < 4096 ? call->output_length : 4096;
  if (call->output != NULL) memset(call->output, 0xee, shown);
  make(adapter, call);
  if (call->output == NULL && call->output_length > 0) return NULL;
  if (belief.total != 0 && call->information != belief.total) return "a GET needs another length than the one before";
  belief.total = call->information;
  int32_t right = belief.total <= call->output_length ? NT_SUCCESS : STATUS_BUFFER_OVERFLOW;
  if (call->status != right) return "the status of a GET";
  return call->is_scribbled ? NULL
                            : judge_get(&belief, call->output, call->output_length, belief.total, right == NT_SUCCESS);
}

static const char *call_observe(struct adapter *adapter, struct dice *dice, struct call *call) {
  call->output_length = once_in(dice, 3) ? roll(dice, 1200) : once_in(dice, 2) ? ARENA_BYTES : roll(dice, ARENA_BYTES);
  call->output = buffer_place(1, call->output_length);
  if (once_in(dice, 50)) call->output = NULL;
  if (call->output != NULL) memset(call->output, 0xee, call->output_length < 4096 ? call->output_length : 4096);
  make(adapter, call);
  if (call->output == NULL && call->output_length > 0) return NULL;
  int32_t right = call->information <= call->output_length ? NT_SUCCESS : STATUS_BUFFER_OVERFLOW;
  if (call->status != right) return "the status of an OBSERVE";
  if (call->is_scribbled) return NULL;
  return judge_observe(&belief, call->output, call->output_length, call->information);
}

// What the key is once it may be either of two.
static const char *learn_key(struct adapter *adapter, const uint8_t other[32]) {
  uint8_t record[80];
  uint64_t information;
  int32_t status = adapter_control(adapter, IOCTL_GET, NULL, 0, record, sizeof record, &information);
  if (status != NT_SUCCESS && status != STATUS_BUFFER_OVERFLOW) return "a GET after a SET";
  if (memcmp(record + 6, belief.private_key, 32) != 0 && memcmp(record + 6, other, 32) != 0)
    return "the private key is neither the old one nor the one that was set";
  memcpy(belief.private_key, record + 6, 32);
  memcpy(belief.public_key, record + 38, 32);
  return NULL;
}

static const char *judge_status(const struct call *call, int32_t right, uint32_t consumed) {
  if (call->status == STATUS_ADDRESS_ALREADY_EXISTS && (right == NT_SUCCESS || call->is_scribbled) && belief.is_up) {
    tally.ports_taken++;
    return call->information == 0 ? NULL : "Information of a failed SET is not 0";
  }
  if (call->is_scribbled)
    return call->status == NT_SUCCESS || call->status == STATUS_INVALID_PARAMETER ||
                   call->status == STATUS_NOT_IMPLEMENTED
               ? NULL
               : "a status that no SET has";
  if (call->status != right) return "the status of a SET";
  return call->information == consumed ? NULL : "Information of a SET";
}

static const char *call_set(struct adapter *adapter, struct dice *dice, struct call *call) {
  static uint8_t bytes[ARENA_BYTES], key[32];
  call->output_length = records_make(dice, &belief, bytes);
  bool has_key = call->output_length >= 80 && bytes[0] & INTERFACE_PRIVATE_KEY;
  if (has_key) {
    memcpy(key, bytes + 6, 32);
    clamp_key(key);
  }
  uint32_t consumed = 0;
  int32_t right = judge_set(bytes, call->output_length, &consumed);
  call->output = buffer_place(1, call->output_length);
  memcpy(call->output, bytes, call->output_length);
  if (call->output_length == 0 && once_in(dice, 2)) call->output = NULL;
  make(adapter, call);
  const char *wrong = judge_status(call, right, consumed);
  if (wrong != NULL) return wrong;
  if (!call->is_scribbled && memcmp(call->output, bytes, call->output_length) != 0) return "a SET wrote to its buffer";
  if (call->status != NT_SUCCESS) return call->is_scribbled ? learn_key(adapter, belief.private_key) : NULL;
  belief.total = 0;
  if (!has_key) return NULL;
  if (!call->is_scribbled) memcpy(belief.private_key, key, 32);
  return learn_key(adapter, key);
}

static const char *call_state(struct adapter *adapter, struct dice *dice, struct call *call) {
  // Up and down cost sockets and threads.
  uint32_t verb = once_in(dice, 30) ? roll(dice, 2) : 2 + once_in(dice, 8);
  if (once_in(dice, 20)) verb = (uint32_t)roll_bits(dice);
  call->input_length = once_in(dice, 5) ? roll(dice, 9) : 4;
  call->output_length = once_in(dice, 4) ? roll(dice, 9) : 4;
  call->input = buffer_place(0, call->input_length);
  call->output = buffer_place(1, call->output_length);
  memcpy(call->input, &verb, call->input_length < 4 ? call->input_length : 4);
  if (call->output_length == 4) memset(call->output, 0xee, 4);
  make(adapter, call);
  int32_t right = STATUS_INVALID_PARAMETER;
  if (call->input_length == 4 && verb < 2) {
    right = belief.is_up == (verb == 1) ? STATUS_ALREADY_COMPLETE : NT_SUCCESS;
    if (verb == 1 && !belief.is_up && call->status == STATUS_ADDRESS_ALREADY_EXISTS) {
      tally.ports_taken++;
      return NULL;
    }
    belief.is_up = verb == 1;
  } else if (call->input_length == 4 && verb == 2 && call->output_length == 4) {
    right = NT_SUCCESS;
    uint32_t state;
    memcpy(&state, call->output, 4);
    if (!call->is_scribbled && call->status == NT_SUCCESS && state != belief.is_up) return "the state of the adapter";
  }
  return call->status == right ? NULL : "the status of a state request";
}

// A reader that finds no line waits, and is cancelled.
static const char *call_log(struct adapter *adapter, struct dice *dice, struct call *call) {
  call->output_length = once_in(dice, 2) ? 128 + roll(dice, 3) * roll(dice, 200) : roll(dice, 140);
  call->output = buffer_place(1, call->output_length);
  struct nt_request *request =
      nt_control_begin(adapter->file, IOCTL_LOG, call->input, call->input_length, call->output, call->output_length);
  if (!nt_request_wait(request, 0, &call->status, &call->information)) {
    tally.waited++;
    nt_request_cancel(request);
    if (!nt_request_wait(request, 10000, &call->status, &call->information)) return "a reader that cannot be cancelled";
  }
  nt_request_end(request);
  if (call->output_length < 128) return call->status == STATUS_BUFFER_TOO_SMALL ? NULL : "a log line without room";
  if (call->status == NT_CANCELLED) return call->information == 0 ? NULL : "Information of a cancelled reader";
  if (call->status != NT_SUCCESS || call->information != 128) return "the status of a log reader";
  return call->output[8] >= '1' && call->output[8] <= '3' && call->output[127] == 0 ? NULL : "a log line";
}

static const char *call_unknown(struct adapter *adapter, struct dice *dice, struct call *call) {
  static const uint32_t codes[] = {IOCTL_GET, IOCTL_SET, IOCTL_STATE, IOCTL_LOG};
  call->code = once_in(dice, 4) ? (uint32_t)roll_bits(dice) : codes[roll(dice, 4)] ^ 1u << roll(dice, 32);
  for (int i = 0; i < 4; i++)
    if (call->code == codes[i]) call->code ^= 0x80000000u;
  place_other(dice, 0, &call->input, &call->input_length);
  place_other(dice, 1, &call->output, &call->output_length);
  make(adapter, call);
  if (is_nil(call) && (call->code & 3) != 3)
    return call->status == ACCESS_VIOLATION ? NULL : "a nil buffer with a length";
  return call->status == NT_INVALID_DEVICE_REQUEST ? NULL : "the status of a request that nobody knows";
}

static const char *dispatch(struct adapter *adapter, struct dice *dice, struct call *call) {
  uint32_t kind = roll(dice, 100);
  call->code = kind < 40   ? IOCTL_SET
               : kind < 65 ? IOCTL_GET
               : kind < 70 ? IOCTL_OBSERVE
               : kind < 85 ? IOCTL_STATE
                           : IOCTL_LOG;
  if (kind >= 94) return call_unknown(adapter, dice, call);
  // The requests that say nothing in their other buffer get one all the same.
  if (call->code != IOCTL_STATE && once_in(dice, 8)) {
    call->input_length = roll(dice, 200);
    call->input = buffer_place(0, call->input_length);
  }
  if (call->code == IOCTL_SET) return call_set(adapter, dice, call);
  if (call->code == IOCTL_OBSERVE) return call_observe(adapter, dice, call);
  if (call->code == IOCTL_GET) return call_get(adapter, dice, call);
  return call->code == IOCTL_STATE ? call_state(adapter, dice, call) : call_log(adapter, dice, call);
}

const char *calls_make(struct adapter *adapter, uint64_t seed) {
  struct dice dice = {seed};
  // The second thread sleeps between rounds.
  struct call call = {.is_scribbled = (seed >> 8) % 16 == 5};
  nt_special_pool(seed % 8 == 3);
  const char *wrong = dispatch(adapter, &dice, &call);
  tally.calls++;
  if (is_past_envelope(&call)) tally.past_envelope++;
  if (call.status >= 0) tally.succeeded++;
  if (wrong == NULL && call.output != NULL && !buffer_is_confined(1, call.output_length))
    wrong = "bytes before the output buffer were written";
  if (wrong != NULL)
    printf(
        "  code 0x%08x, input %u, output %u bytes: status 0x%08x, Information %llu\n", call.code, call.input_length,
        call.output_length, (uint32_t)call.status, (unsigned long long)call.information);
  return wrong;
}

bool calls_begin(struct adapter *adapter) {
  uint8_t record[80];
  // A port that is taken.
  int other = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(51820)};
  if (other < 0 || bind(other, (struct sockaddr *)&address, sizeof address) != 0) return false;
  if (adapter_identify(adapter, 7) != NT_SUCCESS || adapter_state(adapter, 1) != NT_SUCCESS) return false;
  for (uint32_t i = 0; i < 3; i++) {
    struct adapter peer = {.port = (uint16_t)(50000 + i)};
    records_peer_key(i, peer.public_key);
    if (adapter_add_peer(adapter, &peer, (uint8_t)(i + 1), false, 25) != NT_SUCCESS) return false;
  }
  if (adapter_control(adapter, IOCTL_GET, NULL, 0, record, sizeof record, NULL) != STATUS_BUFFER_OVERFLOW) return false;
  memset(&belief, 0, sizeof belief);
  memset(belief.private_key, 7, 32);
  clamp_key(belief.private_key);
  memcpy(belief.public_key, record + 38, 32);
  belief.is_up = true;
  return true;
}
