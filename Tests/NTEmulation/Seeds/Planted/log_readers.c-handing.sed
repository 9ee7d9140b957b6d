# Two at a time hand lines to readers.
/^static void begin_handing/,/^}/s/^  KeWaitForSingleObject.*/  (void)requests;/
