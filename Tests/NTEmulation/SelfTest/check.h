// What does not hold ends in a bug check that names the line.
#pragma once

#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) {                                                   \
      DbgPrint("%s:%d: not so: %s", __FILE_NAME__, __LINE__, #condition); \
      KeBugCheckEx('tseT', __LINE__, 0, 0, 0);                            \
    }                                                                     \
  } while (0)
