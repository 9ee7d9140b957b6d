#include "sample.h"

static void act(void) {
  SECURITY_SUBJECT_CONTEXT context;
  KIRQL before = KeRaiseIrqlToDpcLevel();
  SeCaptureSubjectContext(&context);
  KeLowerIrql(before);
}
