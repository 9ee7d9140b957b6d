# A pause does not wait until the stack has given every packet back.
/^static NDIS_STATUS NTAPI pause/,/^}/s/^  ExWaitForRundownProtectionRelease(&adapter->miniport.receives).*//
