# Halt does not wait for requests under way.
/^void nt_requests_close/,/^}/s/^  ExWaitForRundownProtectionRelease.*//
