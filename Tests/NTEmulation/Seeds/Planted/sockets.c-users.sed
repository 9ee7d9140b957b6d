# The sockets close without a wait for those who use them.
/^static void close_pair/,/^}/s/^  ExWaitForRundownProtectionRelease.*//
