#include "sample.h"

#include <nt/wsk.h>

static void act(void) {
  static const WSK_CLIENT_DISPATCH dispatch = {WSK_VERSION_1_0, 0, NULL};
  static WSK_REGISTRATION registration;
  WSK_CLIENT_NPI client = {NULL, &dispatch};
  WskRegister(&client, &registration);
}
