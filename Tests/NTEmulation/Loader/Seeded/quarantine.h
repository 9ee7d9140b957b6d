// Memory that was given back lies filled for a while: who reads it finds nonsense, who writes it is found.
#pragma once

void quarantine_add(void *place);
/// Looks at everything that still lies there; ends the process if it was written.
void quarantine_check(void);
