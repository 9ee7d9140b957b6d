# Two at a time hand lines to readers.
/^static void hand_out/,/^}/s/^  KeWaitForSingleObject.*//
