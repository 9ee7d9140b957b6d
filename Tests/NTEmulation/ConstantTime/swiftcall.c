// Calls a function of the driver with Swift's calling convention, which only code for Windows can.
#include <stdint.h>

struct words {
  uint64_t word[4];
};
typedef struct words(__attribute__((swiftcall)) * swift_function)(
    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

/// Functions of fewer arguments ignore the rest; of results that are shorter, the rest means nothing.
void EmulSwiftCall(swift_function function, const uint64_t a[10], struct words *result) {
  *result = function(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
}
