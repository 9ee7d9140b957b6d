// What is left to the driver, changed while there is traffic.
#include "offers.h"

#define INVALID_LENGTH ((int32_t)0xc0010014)
#define INVALID_DATA ((int32_t)0xc0010015)
#define NOT_SUPPORTED ((int32_t)0xc00000bb)

// NDIS_OFFLOAD_PARAMETERS: five checksums from byte 4, LSO V2 at 11 and 12, USO at 28 and 29.
int32_t set_parameters(struct adapter *adapter, uint8_t checksum, uint8_t lso, uint8_t uso) {
  uint8_t parameters[32] = {0x80, 5, 30};
  memset(parameters + 4, checksum, 5);
  parameters[11] = parameters[12] = lso;
  parameters[28] = parameters[29] = uso;
  return set_object(adapter, 0xfc01020c, parameters, 30);
}

static int32_t set_families(struct adapter *adapter, uint32_t v4, uint32_t v6, uint32_t type) {
  uint32_t encapsulation[7] = {28u << 16 | 1u << 8 | 0xa8, v4, v4 == 1 ? type : 0, 0, v6, v6 == 1 ? type : 0, 0};
  return set_object(adapter, 0x0101010a, encapsulation, sizeof encapsulation);
}

void change_settings(struct adapter pair[2]) {
  struct adapter *near = &pair[0];
  struct flow tcp6 = tcp, udp6 = udp;
  tcp6.is_v6 = udp6.is_v6 = true;
  // Off: who sends all the same has the list back, refused.
  EXPECT(set_parameters(near, 1, 1, 1) == NT_SUCCESS);
  REFUSED(ask_for(near, &tcp, flow_information(&tcp), -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &tcp6, flow_information(&tcp6), -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &udp, flow_information(&udp), -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &udp6, flow_information(&udp6), -1, 0), FAILURE, 1);
  close_checksums(pair, false);
  // No change; then each alone.
  EXPECT(set_parameters(near, 0, 0, 0) == NT_SUCCESS);
  REFUSED(ask_for(near, &tcp, flow_information(&tcp), -1, 0), FAILURE, 1);
  EXPECT(set_parameters(near, 0, 2, 0) == NT_SUCCESS && passes(pair, &tcp) && passes(pair, &tcp6));
  REFUSED(ask_for(near, &udp, flow_information(&udp), -1, 0), FAILURE, 1);
  close_checksums(pair, false);
  EXPECT(set_parameters(near, 0, 0, 2) == NT_SUCCESS && passes(pair, &udp) && passes(pair, &udp6));
  EXPECT(set_parameters(near, 2, 0, 0) == NT_SUCCESS);
  close_checksums(pair, true);
  EXPECT(set_parameters(near, 3, 0, 0) == NT_SUCCESS);
  close_checksums(pair, false);
  EXPECT(set_parameters(near, 4, 0, 0) == NT_SUCCESS);
  close_checksums(pair, true);
  // A family off and on again.
  EXPECT(set_families(near, 2, 0, 0) == NT_SUCCESS);
  REFUSED(ask_for(near, &tcp, flow_information(&tcp), -1, 0), FAILURE, 1);
  EXPECT(passes(pair, &tcp6) && passes(pair, &udp6));
  EXPECT(set_families(near, 1, 2, 1) == NT_SUCCESS && passes(pair, &tcp) && passes(pair, &udp));
  REFUSED(ask_for(near, &udp6, flow_information(&udp6), -1, 0), FAILURE, 1);
  EXPECT(set_families(near, 1, 1, 1) == NT_SUCCESS && passes(pair, &udp6));
}

// Settings that are none change nothing.
void refuse_settings(struct adapter pair[2], bool has_uso) {
  struct adapter *near = &pair[0];
  uint8_t parameters[40] = {0x80, 5, 30};
  EXPECT(set_object(near, 0xfc01020c, parameters, 19) == INVALID_LENGTH);
  EXPECT(set_object(near, 0xfc01020c, parameters, 29) == INVALID_DATA);
  static const struct {
    uint8_t place, value;
    int32_t status;
  } wrong[] = {
      {0, 0x81, INVALID_DATA}, {1, 0, INVALID_DATA},   {2, 19, INVALID_DATA},   {2, 31, INVALID_DATA},
      {4, 5, INVALID_DATA},    {8, 255, INVALID_DATA}, {11, 3, INVALID_DATA},   {12, 3, INVALID_DATA},
      {28, 3, INVALID_DATA},   {29, 3, INVALID_DATA},  {9, 2, NOT_SUPPORTED},   {10, 2, NOT_SUPPORTED},
      {13, 2, NOT_SUPPORTED},  {14, 2, NOT_SUPPORTED}, {20, 2, NOT_SUPPORTED},  {21, 2, NOT_SUPPORTED},
      {22, 2, NOT_SUPPORTED},  {23, 2, NOT_SUPPORTED}, {24, 1, NOT_SUPPORTED},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    uint8_t changed[40] = {0x80, 5, 30, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, [28] = 0};
    changed[wrong[i].place] = wrong[i].value;
    EXPECT(set_object(near, 0xfc01020c, changed, 30) == wrong[i].status);
  }
  EXPECT(set_parameters(near, 0, 0, 2) == (has_uso ? NT_SUCCESS : NOT_SUPPORTED));
  EXPECT(set_families(near, 1, 1, 2) == STATUS_INVALID_PARAMETER);
  EXPECT(set_families(near, 2, 3, 0) == STATUS_INVALID_PARAMETER);
  uint32_t encapsulation[7] = {28u << 16 | 1u << 8 | 0xa7};
  EXPECT(set_object(near, 0x0101010a, encapsulation, 28) == STATUS_INVALID_PARAMETER);
  EXPECT(set_object(near, 0x0101010a, encapsulation, 27) == INVALID_LENGTH);
}

// The first revision is shorter, and a later one may be longer: what is not in it, or not known, stays.
void set_other_revisions(struct adapter pair[2]) {
  uint8_t parameters[40] = {0x80, 1, 20, [11] = 1, [12] = 1};
  EXPECT(set_object(&pair[0], 0xfc01020c, parameters, 20) == NT_SUCCESS && passes(pair, &udp));
  REFUSED(ask_for(&pair[0], &tcp, flow_information(&tcp), -1, 0), FAILURE, 1);
  parameters[1] = 7;
  parameters[2] = 40;
  parameters[11] = 2;
  EXPECT(set_object(&pair[0], 0xfc01020c, parameters, 40) == NT_SUCCESS && passes(pair, &tcp));
}
