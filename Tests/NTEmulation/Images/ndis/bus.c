// ndis.sys: no bus. Tests make adapters themselves (EmulNdisAdd).
#include "ndis_parts.h"

void emul_bus_attach(PDRIVER_OBJECT driver) { UNREFERENCED_PARAMETER(driver); }
