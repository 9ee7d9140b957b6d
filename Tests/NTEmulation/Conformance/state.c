// ADAPTER_STATE: up, down and the question.
#include "conformance.h"

static bool is(HANDLE device, uint32_t expected) {
  uint32_t verb = 2, answer = 7, link = 7;
  struct answer result = control(device, IOCTL_STATE, &verb, 4, &answer, 4);
  struct answer edge = control(device, EDGE_LINK, NULL, 0, &link, 4);
  return result.status == 0 && result.information == 4 && answer == expected && edge.status == 0 && link == expected;
}

void test_state(HANDLE device) {
  uint32_t words[2] = {2, 0}, answer;
  CHECK(is(device, 0), "the adapter is down, and so is its link");
  CHECK(state(device, 0) == STATUS_ALREADY_COMPLETE, "down twice is already complete");
  struct answer up = control(device, IOCTL_STATE, &(uint32_t){1}, 4, NULL, 0);
  CHECK(up.status == 0 && up.information == 0 && is(device, 1), "up, and the link too; nothing comes back");
  CHECK(state(device, 1) == STATUS_ALREADY_COMPLETE, "up twice is already complete");
  CHECK_ERROR(0, "which a program sees as success", device, IOCTL_STATE, &(uint32_t){1}, 4, NULL, 0);
  CHECK(state(device, 0) == 0 && is(device, 0), "down, and the link too");
  CHECK(
      refused(control(device, IOCTL_STATE, &(uint32_t){3}, 4, &answer, 4), STATUS_INVALID_PARAMETER),
      "verb 3 is refused");
  CHECK(refused(control(device, IOCTL_STATE, NULL, 0, &answer, 4), STATUS_INVALID_PARAMETER), "no verb is refused");
  CHECK(
      refused(control(device, IOCTL_STATE, words, 3, &answer, 4), STATUS_INVALID_PARAMETER),
      "3 bytes of one are refused");
  CHECK(refused(control(device, IOCTL_STATE, words, 8, &answer, 4), STATUS_INVALID_PARAMETER), "8 bytes are refused");
  CHECK(
      refused(control(device, IOCTL_STATE, words, 4, NULL, 0), STATUS_INVALID_PARAMETER),
      "a question without room is refused");
  CHECK(
      refused(control(device, IOCTL_STATE, words, 4, words, 3), STATUS_INVALID_PARAMETER), "with room for 3 bytes too");
  CHECK(refused(control(device, IOCTL_STATE, words, 4, words, 8), STATUS_INVALID_PARAMETER), "and for 8");
  CHECK(is(device, 0), "all of which changed nothing");
  CHECK(
      refused(control(device, 0xb098c514, words, 4, words, 8), INVALID_DEVICE_REQUEST), "another code goes on to NDIS");
  uint32_t oid = 0x00010111;  // OID_GEN_MAXIMUM_TOTAL_SIZE
  answer = 0;
  struct answer query = control(device, EDGE_QUERY, &oid, 4, &answer, 4);
  CHECK(
      query.status == 0 && query.information == 4 && answer == 0x7fffffa0,
      "so does NDIS' own, which asks the miniport");
}
