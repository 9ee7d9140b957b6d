// The table behind the imports from platform.sys.
#include "table.h"

#include <string.h>

#include "keep.h"
#include "platform.h"

#define CALLS(CALL) \
  CALL(platform_guarded_take) CALL(platform_guarded_give_back) CALL(platform_guarded_state) \
  CALL(platform_user_copy) CALL(platform_user_probe) CALL(platform_thread_clock) CALL(platform_thread_time_ns) \
  CALL(platform_memory_take) CALL(platform_memory_give_back) CALL(platform_log) CALL(platform_fail) \
  CALL(platform_futex_wait) CALL(platform_futex_wake) CALL(platform_yield) CALL(platform_point) CALL(platform_choose) \
  CALL(platform_waits_for) CALL(platform_thread_start) \
  CALL(platform_thread_set_region) CALL(platform_thread_end) CALL(platform_set_irql_hook) CALL(platform_boot_time_ns) \
  CALL(platform_wall_time_100ns) CALL(platform_random) CALL(platform_udp_open) CALL(platform_udp_bind) \
  CALL(platform_udp_name) CALL(platform_udp_send) CALL(platform_udp_receive) CALL(platform_udp_stop) \
  CALL(platform_udp_close)

CALLS(NT_KEEPING_VECTORS)

#define ENTRY(name) {#name, (void *)kept_##name},
static const struct {
  const char *name;
  void *function;
} entries[] = {CALLS(ENTRY)};

void *platform_find(const char *name) {
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
    if (strcmp(entries[i].name, name) == 0) return entries[i].function;
  return NULL;
}
