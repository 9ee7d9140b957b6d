# Cancelling does not wait for a reader that is on its way back into the queue.
/^void nt_log_readers_cancel/,/^}/s/^  \(begin\|end\)_handing.*//
