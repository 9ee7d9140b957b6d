# Frames are taken from a queue without its lock.
/^struct shell_frame \*nt_queue_take/,/^}/s/^  Ke\(Acquire\|Release\)SpinLock.*/  (void)irql;/
