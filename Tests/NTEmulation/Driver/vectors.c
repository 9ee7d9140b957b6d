// Which vectors the driver uses: 256 bits only when the kernel keeps them and saving worked, once for many packets. The
// emulation ends the process when they are used otherwise (Images/ntoskrnl/ke/vectors.c).
#include "bench.h"

#define KERNEL(result, name, ...) \
  result(NT_ABI * name)(__VA_ARGS__) = (result(NT_ABI *)(__VA_ARGS__))nt_export("ntoskrnl.exe", #name)

// So few ahead that a socket of the host keeps them all.
enum { PACKETS = 4000, AHEAD = 60 };

/// Whether all of many packets arrive as they were sent, between adapters that are made for it.
static bool carries(void) {
  static uint8_t packet[1420];
  struct adapter pair[2];
  bool is_right = pair_open(pair, false);
  for (uint32_t i = 0; i < PACKETS && is_right; i++) {
    packet_make(packet, sizeof packet, false, 1, 2, i);
    is_right = (i < AHEAD || adapter_await(&pair[1], i - AHEAD)) &&
               adapter_send(&pair[0], packet, sizeof packet, true) == NT_SUCCESS;
  }
  is_right = is_right && adapter_await(&pair[1], PACKETS);
  for (uint32_t i = 0; i < PACKETS && is_right; i++) {
    packet_make(packet, sizeof packet, false, 1, 2, i);
    is_right =
        pair[1].packets[i].length == sizeof packet && memcmp(pair[1].packets[i].bytes, packet, sizeof packet) == 0;
  }
  pair_close(pair);
  return is_right;
}

void test_vectors(void) {
  KERNEL(uint64_t, EmulVectorsSaved, void);
  KERNEL(uint64_t, EmulVectorsRefused, void);
  KERNEL(void, EmulVectorsEnable, uint64_t);
  KERNEL(void, EmulVectorsRefuse, uint32_t);
  int32_t status;
  struct nt_driver *driver = bench_load(&status);
  EXPECT(driver != NULL);
  if (driver == NULL) return;
  bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

  uint64_t before = EmulVectorsSaved();
  EXPECT(carries());
  uint64_t saves = EmulVectorsSaved() - before;
  EXPECT((saves > 0) == has_avx2);
  // Each packet is sealed and opened: one at a time would be 2 * PACKETS. How many come together is the machine's to
  // say.
  EXPECT(saves < 2 * PACKETS);
  printf("  saved %llu times for %d packets\n", (unsigned long long)saves, 2 * PACKETS);

  // Nobody has memory to save them: no packet is lost.
  before = EmulVectorsSaved();
  EmulVectorsRefuse(1);
  EXPECT(carries());
  EmulVectorsRefuse(0);
  EXPECT(EmulVectorsSaved() == before && (EmulVectorsRefused() > 0) == has_avx2);

  // The kernel does not keep them: nobody asks to save them. x87 and SSE remain.
  uint64_t refused = EmulVectorsRefused();
  EmulVectorsEnable(3);
  EXPECT(carries());
  EmulVectorsEnable(UINT64_MAX);
  EXPECT(EmulVectorsSaved() == before && EmulVectorsRefused() == refused);
  bench_unload(driver);
}
