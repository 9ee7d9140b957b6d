// What NDIS asks: every object of the table, short buffers, wrong lengths.
#include "bench.h"

static int32_t(NT_ABI *oid)(void *, uint32_t, uint32_t, void *, uint32_t, uint32_t *, uint32_t *);

#define TOO_SHORT ((int32_t)0xc0010016)
#define INVALID_LENGTH ((int32_t)0xc0010014)
#define INVALID_DATA ((int32_t)0xc0010015)
#define INVALID_OID ((int32_t)0xc0010017)
#define NOT_SUPPORTED ((int32_t)0xc00000bb)

static void check_number(struct adapter *adapter, uint32_t object, uint32_t wanted) {
  uint32_t value = 0, done, needed;
  EXPECT(oid(adapter->ndis, 0, object, &value, 4, &done, &needed) == NT_SUCCESS && done == 4 && value == wanted);
  EXPECT(oid(adapter->ndis, 0, object, &value, 3, &done, &needed) == TOO_SHORT && needed == 4);
}

void test_oids(void) {
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  oid = (__typeof__(oid))nt_export("ndis.sys", "EmulNdisOid");
  struct adapter pair[2];
  EXPECT(pair_open(pair, false));
  struct adapter *adapter = &pair[0];
  check_number(adapter, 0x00010111, 0x7fffffa0);
  check_number(adapter, 0x0001010a, 0x7fffffa0);
  check_number(adapter, 0x0001010b, 0x7fffffa0);
  check_number(adapter, 0x00010108, 64 << 20);
  check_number(adapter, 0x00010109, 64 << 20);
  check_number(adapter, 0x0001010c, 0x00ffffff);
  check_number(adapter, 0x00010116, 1);
  uint8_t buffer[256];
  uint32_t done, needed;
  EXPECT(oid(adapter->ndis, 0, 0x0001010d, buffer, 256, &done, &needed) == NT_SUCCESS);
  EXPECT(done == 11 && strcmp((char *)buffer, "Needletail") == 0);
  // Traffic shows in the counters: 100 bytes are 112 in 16s, and 32 around them.
  uint8_t packet[100];
  packet_make(packet, sizeof packet, false, 1, 2, 1);
  EXPECT(adapter_send(adapter, packet, sizeof packet, true) == NT_SUCCESS && adapter_await(&pair[1], 1));
  uint64_t counts[19] = {0};
  EXPECT(oid(adapter->ndis, 0, 0x00020106, counts, sizeof counts, &done, &needed) == NT_SUCCESS && done == 152);
  EXPECT((uint32_t)counts[0] == 0x00980180 && counts[7] == 144 && counts[8] == 1);
  EXPECT(oid(pair[1].ndis, 0, 0x00020106, counts, sizeof counts, &done, &needed) == NT_SUCCESS);
  EXPECT(counts[3] == 144 && counts[4] == 1);
  EXPECT(oid(adapter->ndis, 0, 0x00020106, counts, 151, &done, &needed) == TOO_SHORT && needed == 152);
  uint64_t sent = 0;
  EXPECT(oid(adapter->ndis, 0, 0x00020101, &sent, 8, &done, &needed) == NT_SUCCESS && done == 8 && sent == 1);
  EXPECT(oid(adapter->ndis, 0, 0x00020101, &sent, 4, &done, &needed) == NT_SUCCESS && done == 4);
  EXPECT(oid(adapter->ndis, 0, 0x00020101, &sent, 3, &done, &needed) == TOO_SHORT && needed == 8);
  // Sets.
  EXPECT(oid(adapter->ndis, 1, 0x0001010e, buffer, 4, &done, &needed) == NT_SUCCESS && done == 4);
  EXPECT(oid(adapter->ndis, 1, 0x0001010e, buffer, 5, &done, &needed) == INVALID_LENGTH && needed == 4);
  EXPECT(oid(adapter->ndis, 0, 0x0001010e, buffer, 4, &done, &needed) == NOT_SUPPORTED);
  EXPECT(oid(adapter->ndis, 1, 0x00010208, buffer, 7, &done, &needed) == NT_SUCCESS);
  EXPECT(oid(adapter->ndis, 1, 0x00010209, buffer, 12, &done, &needed) == INVALID_DATA);
  EXPECT(oid(adapter->ndis, 0, 0x00010209, buffer, 256, &done, &needed) == NT_SUCCESS && buffer[8] == 1);
  EXPECT(oid(adapter->ndis, 1, 0xfd010101, buffer, 3, &done, &needed) == INVALID_LENGTH);
  EXPECT(oid(adapter->ndis, 0, 0xfd010102, buffer, 4, &done, &needed) == NT_SUCCESS && done == 0);
  EXPECT(oid(adapter->ndis, 0, 0x12345678, buffer, 4, &done, &needed) == NOT_SUPPORTED);
  EXPECT(oid(adapter->ndis, 12, 0x00010111, buffer, 4, &done, &needed) == INVALID_OID);
  pair_close(pair);
  bench_unload(driver);
}
