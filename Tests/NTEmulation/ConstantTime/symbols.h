#pragma once

#include "../Loader/Image/modules.h"

/// The one function whose name has `part` in it; ends the process when there is none, or more than one.
void *symbol_find(const struct nt_image *image, const char *map_path, const char *part);
