#include "CMemcheck.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>

int memcheck_is_running(void) { return RUNNING_ON_VALGRIND != 0; }
void memcheck_make_secret(const void *place, size_t length_bytes) {
  (void)VALGRIND_MAKE_MEM_UNDEFINED(place, length_bytes);
}
void memcheck_make_public(const void *place, size_t length_bytes) {
  (void)VALGRIND_MAKE_MEM_DEFINED(place, length_bytes);
}
uint64_t memcheck_report_count(void) { return VALGRIND_COUNT_ERRORS; }
#else
int memcheck_is_running(void) { return 0; }
void memcheck_make_secret(const void *place, size_t length_bytes) { (void)place, (void)length_bytes; }
void memcheck_make_public(const void *place, size_t length_bytes) { (void)place, (void)length_bytes; }
uint64_t memcheck_report_count(void) { return 0; }
#endif
