// The parts of the scenario `offloads`.
#pragma once

#include "flows.h"

#define FAILURE ((int32_t)0xc0000001)
#define NDIS(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ndis.sys", #name)


/// Sets all keywords for checksums, and for segmentation, to a value; NULL leaves them unset.
void offload_set(const char *checksum, const char *segmentation);
/// Loads the driver and opens a pair; whether packets pass.
bool offload_load(struct nt_driver **driver, struct adapter pair[2]);
/// Whether what arrives behind the first `before` packets is just the flow's packets, each right.
bool flow_arrives(struct adapter *far, const struct flow *flow, uint32_t before);

/// Lists that nobody may send, settings that change, memory that is refused.
void test_offers(void);

// What these share (offers.c): a packet, and two flows to make it from.
extern uint8_t sent[FLOW_MAX];
extern uint32_t sent_length;
extern const struct flow tcp, udp;

/// Sends the packet with this information, `again` times more in the same list.
int32_t ask(struct adapter *adapter, uint32_t checksums, uint32_t lso, uint32_t uso, uint32_t again);
/// Makes the packet, one byte of it another if `change` is not negative, and asks for segmentation with `info`.
int32_t ask_for(struct adapter *adapter, const struct flow *flow, uint32_t info, int change, uint8_t value);
/// Sends a flow as the stack hands it over, as one list; whether all of it arrives.
bool passes(struct adapter pair[2], const struct flow *flow);
/// Packets that could not be sent.
uint64_t errors_of(struct adapter *adapter);
/// Sets an object.
int32_t set_object(struct adapter *adapter, uint32_t object, void *bytes, uint32_t count);

// What was asked for has cost so many packets, and nothing of it has arrived before a good packet does.
#define REFUSED(status, wanted, count)                                              \
  do {                                                                              \
    uint64_t errors = errors_of(&pair[0]);                                          \
    adapter_forget(&pair[1]);                                                       \
    EXPECT((status) == (wanted));                                                   \
    struct flow good = {.payload = 100, .size = 100};                               \
    sent_length = flow_expect(&good, 0, sent);                                         \
    EXPECT(ask(&pair[0], 0, 0, 0, 0) == NT_SUCCESS);                                \
    EXPECT(flow_arrives(&pair[1], &good, 0));                                       \
    EXPECT(errors_of(&pair[0]) == errors + (count));                                \
  } while (0)

// hostile.c: lists that nobody may send; those that are seldom sent; open checksums.
void refuse_lists(struct adapter pair[2]);
void accept_lists(struct adapter pair[2]);
void close_checksums(struct adapter pair[2], bool closes);
// changes.c: settings that change what is on, that must not, and that are of another revision.
int32_t set_parameters(struct adapter *adapter, uint8_t checksum, uint8_t lso, uint8_t uso);
void change_settings(struct adapter pair[2]);
void refuse_settings(struct adapter pair[2], bool has_uso);
void set_other_revisions(struct adapter pair[2]);
