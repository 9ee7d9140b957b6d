#include "miniport.h"

// Revision 3 of the handlers belongs to NDIS 6.80.
static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { handlers->Header.Revision = 3; }
