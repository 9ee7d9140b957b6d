#include "linux_thread.h"

#include <sys/prctl.h>

void linux_thread_set_name(const char *name) { prctl(PR_SET_NAME, name); }
