// The functions of platform.h by name, for the binder of imports.
#pragma once

/// The address of a platform function, or NULL.
void *platform_find(const char *name);
