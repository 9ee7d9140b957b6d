#include "miniport.h"

static void change(NDIS_MINIPORT_DRIVER_CHARACTERISTICS *handlers) { UNREFERENCED_PARAMETER(handlers); }
