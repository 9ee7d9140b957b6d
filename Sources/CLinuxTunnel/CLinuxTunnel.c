#include "CLinuxTunnel.h"
// The header is the whole module; SwiftPM wants one source file.
