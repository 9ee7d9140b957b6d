#include "sample.h"

static void act(void) {
  static const GUID id = {1, 2, 3, {4}};
  REGHANDLE provider;
  EtwRegister(&id, NULL, NULL, &provider);
}
