// What the processor refuses a Linux process and a driver does all the same.
#pragma once

/// Installs the handler of SIGSEGV and maps the copy of the shared user data. 0 on failure.
int nt_faults_start(void);
/// Writes the present time into the copy.
void nt_faults_refresh(void);
