// Who may ask: SYSTEM and administrators at high integrity, whatever rights the handle was opened with. PASSIVE_LEVEL.
#include "adapter.h"
#include "device.h"

// O:SYD:P(A;;FA;;;SY)(A;;FA;;;BA)S:(ML;;NWNRNX;;;HI), as Windows keeps it: one block with offsets.
struct sid1 {
  UCHAR revision, count, authority[6];
  ULONG sub_authority;
};
struct sid2 {
  UCHAR revision, count, authority[6];
  ULONG sub_authorities[2];
};
struct ace1 {
  UCHAR type, flags;
  USHORT size;
  ULONG mask;
  struct sid1 sid;
};
struct ace2 {
  UCHAR type, flags;
  USHORT size;
  ULONG mask;
  struct sid2 sid;
};
struct acl {
  UCHAR revision, reserved;
  USHORT size, count, reserved2;
};

#define NT_AUTHORITY {0, 0, 0, 0, 0, 5}
#define LABEL_AUTHORITY {0, 0, 0, 0, 0, 16}
#define LOCAL_SYSTEM {1, 1, NT_AUTHORITY, 18}
#define ADMINISTRATORS {1, 2, NT_AUTHORITY, {32, 544}}
#define HIGH_INTEGRITY {1, 1, LABEL_AUTHORITY, 0x3000}
#define ACCESS_ALLOWED 0
#define MANDATORY_LABEL 0x11
#define NO_WRITE_READ_EXECUTE_UP 7

static const struct {
  UCHAR revision, reserved;
  USHORT control;
  ULONG owner, group, sacl, dacl;
  struct sid1 owner_sid;
  struct {
    struct acl header;
    struct ace1 label;
  } sacl_data;
  struct {
    struct acl header;
    struct ace1 system;
    struct ace2 administrators;
  } dacl_data;
} descriptor = {
    1,
    0,
    // Self-relative, protected and present DACL, present SACL.
    0x9014,
    20,
    0,
    32,
    60,
    LOCAL_SYSTEM,
    {{2, 0, 28, 1, 0}, {MANDATORY_LABEL, 0, 20, NO_WRITE_READ_EXECUTE_UP, HIGH_INTEGRITY}},
    {{2, 0, 52, 2, 0},
     {ACCESS_ALLOWED, 0, 20, FILE_ALL_ACCESS, LOCAL_SYSTEM},
     {ACCESS_ALLOWED, 0, 24, FILE_ALL_ACCESS, ADMINISTRATORS}},
};

_Static_assert(sizeof(descriptor) == 112, "the offsets in the descriptor");

NTSTATUS nt_access_check(PIRP irp, ACCESS_MASK rights) {
  SECURITY_SUBJECT_CONTEXT subject;
  SeCaptureSubjectContext(&subject);
  ACCESS_MASK granted;
  NTSTATUS status = STATUS_ACCESS_DENIED;
  // The thread's own context counts, so an impersonated caller is judged.
  BOOLEAN is_allowed = SeAccessCheck(
      (PSECURITY_DESCRIPTOR)&descriptor, &subject, FALSE, rights, 0, NULL, IoGetFileObjectGenericMapping(),
      irp->RequestorMode, &granted, &status);
  SeReleaseSubjectContext(&subject);
  return is_allowed ? STATUS_SUCCESS : NT_SUCCESS(status) ? STATUS_ACCESS_DENIED : status;
}
