# The workers are told to end, but not waited for.
/^void nt_workers_close/,/^}/s/^    KeWaitForSingleObject.*//
