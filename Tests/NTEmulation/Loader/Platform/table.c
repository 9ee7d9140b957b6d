// The table behind the imports from platform.sys.
#include "table.h"

#include <string.h>

#include "platform.h"

#define ENTRY(name) {#name, (void *)name}

static const struct {
  const char *name;
  void *function;
} entries[] = {
    ENTRY(platform_guarded_take), ENTRY(platform_guarded_give_back), ENTRY(platform_guarded_state),
    ENTRY(platform_user_copy), ENTRY(platform_user_probe),
    ENTRY(platform_thread_clock), ENTRY(platform_thread_time_ns), ENTRY(platform_memory_take), ENTRY(platform_memory_give_back), ENTRY(platform_log), ENTRY(platform_fail),
    ENTRY(platform_futex_wait), ENTRY(platform_futex_wake), ENTRY(platform_yield), ENTRY(platform_thread_start),
    ENTRY(platform_thread_set_region), ENTRY(platform_thread_end), ENTRY(platform_set_irql_hook),
    ENTRY(platform_boot_time_ns), ENTRY(platform_wall_time_100ns), ENTRY(platform_random), ENTRY(platform_udp_open),
    ENTRY(platform_udp_bind), ENTRY(platform_udp_name), ENTRY(platform_udp_send), ENTRY(platform_udp_receive), ENTRY(platform_udp_stop),
    ENTRY(platform_udp_close),
};

void *platform_find(const char *name) {
  for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
    if (strcmp(entries[i].name, name) == 0) return entries[i].function;
  return NULL;
}
