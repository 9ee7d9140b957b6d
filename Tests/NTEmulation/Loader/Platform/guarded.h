// What a fault in guarded memory (platform.h) means.
#pragma once

/// The rule that an access to this address breaks; NULL when it is not in guarded memory.
const char *guarded_rule(const void *address);
