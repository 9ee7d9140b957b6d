// What a list's information can ask for: what nobody may ask, what a stack may and seldom does, and open checksums.
#include "offers.h"

#define LSO_V2 0x40000000u
#define IPV6 0x80000000u
enum { IS_IPV4 = 1, IS_IPV6 = 2, TCP = 4, UDP = 8, IP_HEADER = 16 };

void refuse_lists(struct adapter pair[2]) {
  uint32_t info = flow_information(&tcp), uso = flow_information(&udp);
  struct adapter *near = &pair[0];
  // What one look shows is refused at once.
  REFUSED(ask_for(near, &tcp, info & 0xfff00000, -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &udp, uso & 0xfff00000, -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &tcp, info & ~LSO_V2, -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &tcp, info | IPV6, -1, 0), FAILURE, 1);
  REFUSED(ask_for(near, &tcp, info, 0, 0x65), FAILURE, 1);
  REFUSED((sent_length = flow_make(&tcp, sent), ask(near, 0, info, uso, 0)), FAILURE, 1);
  REFUSED((sent_length = flow_make(&tcp, sent), ask(near, 0, info, 0, 1)), FAILURE, 2);
  REFUSED((sent_length = flow_make(&udp, sent), ask(near, 0, 0, uso, 2)), FAILURE, 3);
  REFUSED((flow_make(&tcp, sent), sent_length = 300, ask(near, 0, info | 1000u << 20, 0, 0)), FAILURE, 1);
  REFUSED((flow_make(&udp, sent), sent_length = 28, ask(near, 0, 0, uso, 0)), FAILURE, 1);
  // The rest once the packet is looked at.
  REFUSED(ask_for(near, &tcp, info + (4u << 20), -1, 0), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info - (4u << 20), -1, 0), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info, 9, 17), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &udp, uso, 9, 6), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info, 6, 0x20), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info, 7, 1), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info, 0, 0x44), NT_SUCCESS, 1);
  REFUSED(ask_for(near, &tcp, info, 32, 0x40), NT_SUCCESS, 1);
  REFUSED((flow_make(&tcp, sent), sent_length = 50, ask(near, 0, info, 0, 0)), NT_SUCCESS, 1);
  REFUSED((flow_make(&tcp, sent), sent_length = 52, ask(near, 0, info, 0, 0)), NT_SUCCESS, 1);
  // Open checksums of something else than the packet is.
  REFUSED((sent_length = flow_make(&tcp, sent), ask(near, IS_IPV4 | UDP, 0, 0, 0)), NT_SUCCESS, 1);
  REFUSED((sent_length = flow_make(&tcp, sent), ask(near, IS_IPV4 | TCP | UDP, 0, 0, 0)), NT_SUCCESS, 1);
  REFUSED((sent_length = flow_make(&tcp, sent), ask(near, IS_IPV6 | TCP, 0, 0, 0)), FAILURE, 1);
  REFUSED((flow_make(&tcp, sent), sent_length = 30, ask(near, IS_IPV4 | TCP, 0, 0, 0)), NT_SUCCESS, 1);
}

// What a stack may do and seldom does.
void accept_lists(struct adapter pair[2]) {
  struct flow flow = tcp;
  // Identifications of TCP stay in the lower half, or the upper one; those of UDP use all.
  flow.identification = 0x7ffe;
  EXPECT(passes(pair, &flow));
  flow.identification = 0xfffe;
  EXPECT(passes(pair, &flow));
  flow = udp;
  flow.identification = 0xfffe;
  EXPECT(passes(pair, &flow));
  // No checksum stays none.
  flow.flags = 1;
  EXPECT(passes(pair, &flow));
  // One segment, and a size beyond the packet.
  flow = tcp;
  flow.size = 5000;
  EXPECT(passes(pair, &flow));
  flow.size = 0xfffff;
  EXPECT(passes(pair, &flow));
  // Options and extension headers go with each.
  for (int kind = 0; kind < 4; kind++) {
    flow = (struct flow){.is_v6 = kind & 1, .is_tcp = kind & 2, .payload = 5000, .size = 1200, .has_ip_options = true};
    EXPECT(passes(pair, &flow));
  }
  // No length in the IP header.
  adapter_forget(&pair[1]);
  sent_length = flow_make(&tcp, sent);
  sent[2] = sent[3] = 0;
  EXPECT(ask(&pair[0], 0, flow_information(&tcp), 0, 0) == NT_SUCCESS && flow_arrives(&pair[1], &tcp, 0));
}

// Open checksums of a packet that stands for itself, with nothing asked for, and with everything.
void close_checksums(struct adapter pair[2], bool closes) {
  for (int kind = 0; kind < 8; kind++) {
    struct flow flow = {.is_v6 = kind & 1, .is_tcp = kind & 2, .has_ip_options = kind & 4, .payload = 999, .size = 999};
    uint32_t info = (flow.is_v6 ? IS_IPV6 : IS_IPV4 | IP_HEADER) | (flow.is_tcp ? TCP : UDP);
    sent_length = flow_make(&flow, sent);
    flow_checksums(&flow, sent, sent_length, true);
    if (!flow.is_v6) sent[10] ^= 0x55;
    adapter_forget(&pair[1]);
    EXPECT(ask(&pair[0], info, 0, 0, 0) == NT_SUCCESS);
    if (closes) {
      EXPECT(flow_arrives(&pair[1], &flow, 0));
      continue;
    }
    // Nobody has offered it: the packet arrives as it is.
    EXPECT(adapter_await(&pair[1], 1) && pair[1].packets[0].length == sent_length);
    EXPECT(memcmp(pair[1].packets[0].bytes, sent, sent_length) == 0);
  }
  // Neither family: nothing is asked for. Both: nothing can be meant.
  for (uint32_t info = 0; info < 4; info += 3) {
    sent_length = flow_expect(&(struct flow){.payload = 99, .size = 99}, 0, sent);
    sent[26] ^= 0xff;
    adapter_forget(&pair[1]);
    EXPECT(ask(&pair[0], info | UDP, 0, 0, 0) == NT_SUCCESS && adapter_await(&pair[1], 1));
    EXPECT(memcmp(pair[1].packets[0].bytes, sent, sent_length) == 0);
  }
}
