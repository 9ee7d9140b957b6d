// Access checks against the discretionary list of a descriptor. A subject is a set of SIDs that the test chooses; its
// owner rights and privileges are not modelled.
#include <emulation.h>

#define MOST_SIDS 8
#define LONGEST_SID_BYTES 68

static struct {
  uint8_t bytes[LONGEST_SID_BYTES];
} subject[MOST_SIDS];
static uint32_t subject_count;
/// The subject's integrity level: the last number of its label's SID.
static uint32_t subject_integrity = 0x3000;

/// Who asks from here on: `count` SIDs in their binary form, each in 68 bytes.
void EmulSubject(const void *sids, uint32_t count) {
  if (count > MOST_SIDS) emul_fail("a subject of %u SIDs", count);
  RtlCopyMemory(subject, sids, count * sizeof subject[0]);
  subject_count = count;
}

/// At what integrity level it asks.
void EmulIntegrity(uint32_t level) { subject_integrity = level; }

VOID NTAPI SeCaptureSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { RtlZeroMemory(context, sizeof *context); }
VOID NTAPI SeLockSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { (void)context; }
VOID NTAPI SeUnlockSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { (void)context; }
VOID NTAPI SeReleaseSubjectContext(PSECURITY_SUBJECT_CONTEXT context) { (void)context; }

ULONG NTAPI RtlLengthSid(PSID sid) { return 8 + 4u * ((PISID)sid)->SubAuthorityCount; }

ULONG NTAPI RtlLengthRequiredSid(ULONG count) { return 8 + 4 * count; }

BOOLEAN NTAPI RtlEqualSid(PSID left, PSID right) {
  return RtlLengthSid(left) == RtlLengthSid(right) && memcmp(left, right, RtlLengthSid(left)) == 0;
}

BOOLEAN NTAPI RtlValidSid(PSID sid) { return ((PISID)sid)->Revision == 1 && ((PISID)sid)->SubAuthorityCount <= 15; }

NTSTATUS NTAPI RtlInitializeSid(PSID sid, PSID_IDENTIFIER_AUTHORITY authority, UCHAR count) {
  if (count > 15) return STATUS_INVALID_PARAMETER;
  ((PISID)sid)->Revision = 1;
  ((PISID)sid)->SubAuthorityCount = count;
  ((PISID)sid)->IdentifierAuthority = *authority;
  return STATUS_SUCCESS;
}

PULONG NTAPI RtlSubAuthoritySid(PSID sid, ULONG index) { return &((PISID)sid)->SubAuthority[index]; }

NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, ULONG revision) {
  RtlZeroMemory(descriptor, sizeof(SECURITY_DESCRIPTOR));
  ((PISECURITY_DESCRIPTOR)descriptor)->Revision = (UCHAR)revision;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI
RtlSetDaclSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, BOOLEAN present, PACL list, BOOLEAN defaulted) {
  PISECURITY_DESCRIPTOR target = descriptor;
  target->Control = (USHORT)((present ? SE_DACL_PRESENT : 0) | (defaulted ? SE_DACL_DEFAULTED : 0));
  target->Dacl = present ? list : NULL;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID owner, BOOLEAN defaulted) {
  (void)defaulted;
  ((PISECURITY_DESCRIPTOR)descriptor)->Owner = owner;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(PSECURITY_DESCRIPTOR descriptor, PSID group, BOOLEAN defaulted) {
  (void)defaulted;
  ((PISECURITY_DESCRIPTOR)descriptor)->Group = group;
  return STATUS_SUCCESS;
}

NTSTATUS NTAPI RtlCreateAcl(PACL list, ULONG length, ULONG revision) {
  if (length < sizeof *list) return STATUS_BUFFER_TOO_SMALL;
  *list = (ACL){(UCHAR)revision, 0, (USHORT)(length & ~3u), 0, 0};
  return STATUS_SUCCESS;
}

static uint8_t *end_of(PACL list) {
  uint8_t *at = (uint8_t *)(list + 1);
  for (int i = 0; i < list->AceCount; i++) at += ((PACE_HEADER)at)->AceSize;
  return at;
}

NTSTATUS NTAPI RtlAddAccessAllowedAce(PACL list, ULONG revision, ACCESS_MASK mask, PSID sid) {
  (void)revision;
  uint8_t *at = end_of(list);
  ULONG length = 8 + RtlLengthSid(sid);
  if (at + length > (uint8_t *)list + list->AclSize) return STATUS_ALLOTTED_SPACE_EXCEEDED;
  PACCESS_ALLOWED_ACE entry = (PACCESS_ALLOWED_ACE)at;
  entry->Header = (ACE_HEADER){ACCESS_ALLOWED_ACE_TYPE, 0, (USHORT)length};
  entry->Mask = mask;
  RtlCopyMemory(&entry->SidStart, sid, RtlLengthSid(sid));
  list->AceCount++;
  return STATUS_SUCCESS;
}

static PACL list_of(PSECURITY_DESCRIPTOR descriptor) {
  PISECURITY_DESCRIPTOR absolute = descriptor;
  if (!(absolute->Control & SE_DACL_PRESENT)) return NULL;
  if (!(absolute->Control & SE_SELF_RELATIVE)) return absolute->Dacl;
  PISECURITY_DESCRIPTOR_RELATIVE relative = descriptor;
  return relative->Dacl == 0 ? NULL : (PACL)((uint8_t *)descriptor + relative->Dacl);
}

static BOOLEAN is_subject(PSID sid) {
  for (uint32_t i = 0; i < subject_count; i++)
    if (RtlEqualSid(subject[i].bytes, sid)) return TRUE;
  return FALSE;
}

static ACCESS_MASK map(ACCESS_MASK mask, PGENERIC_MAPPING mapping) {
  if (mask & GENERIC_READ) mask |= mapping->GenericRead;
  if (mask & GENERIC_WRITE) mask |= mapping->GenericWrite;
  if (mask & GENERIC_EXECUTE) mask |= mapping->GenericExecute;
  if (mask & GENERIC_ALL) mask |= mapping->GenericAll;
  return mask & ~(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE | GENERIC_ALL);
}

#define MANDATORY_LABEL 0x11

// What the label of a self-relative descriptor keeps from a subject of a lower level.
static ACCESS_MASK kept_by_label(PSECURITY_DESCRIPTOR descriptor, PGENERIC_MAPPING mapping) {
  PISECURITY_DESCRIPTOR_RELATIVE relative = descriptor;
  USHORT wanted = SE_SELF_RELATIVE | SE_SACL_PRESENT;
  if ((relative->Control & wanted) != wanted || relative->Sacl == 0) return 0;
  PACL list = (PACL)((uint8_t *)descriptor + relative->Sacl);
  const uint8_t *at = (const uint8_t *)(list + 1);
  for (int i = 0; i < list->AceCount; i++, at += ((PACE_HEADER)at)->AceSize) {
    PACCESS_ALLOWED_ACE entry = (PACCESS_ALLOWED_ACE)at;
    if (entry->Header.AceType != MANDATORY_LABEL) continue;
    PISID sid = (PISID)&entry->SidStart;
    if (subject_integrity >= sid->SubAuthority[sid->SubAuthorityCount - 1]) return 0;
    return (entry->Mask & 1 ? mapping->GenericWrite : 0) | (entry->Mask & 2 ? mapping->GenericRead : 0) |
           (entry->Mask & 4 ? mapping->GenericExecute : 0);
  }
  return 0;
}

BOOLEAN NTAPI SeAccessCheck(
    PSECURITY_DESCRIPTOR descriptor, PSECURITY_SUBJECT_CONTEXT context, BOOLEAN locked, ACCESS_MASK desired,
    ACCESS_MASK previous, PPRIVILEGE_SET *privileges, PGENERIC_MAPPING mapping, KPROCESSOR_MODE mode,
    PACCESS_MASK granted, PNTSTATUS status) {
  (void)context, (void)locked;
  IRQL_AT_MOST(PASSIVE_LEVEL);
  if (privileges != NULL) *privileges = NULL;
  desired = map(desired, mapping) & ~previous;
  ACCESS_MASK left = desired;
  PACL list = list_of(descriptor);
  if (mode == KernelMode || list == NULL) left = 0;
  const uint8_t *at = (const uint8_t *)(list + 1);
  for (int i = 0; left != 0 && i < list->AceCount; i++, at += ((PACE_HEADER)at)->AceSize) {
    PACCESS_ALLOWED_ACE entry = (PACCESS_ALLOWED_ACE)at;
    if (!is_subject(&entry->SidStart)) continue;
    ACCESS_MASK mask = map(entry->Mask, mapping);
    if (entry->Header.AceType == ACCESS_DENIED_ACE_TYPE && mask & left) break;
    if (entry->Header.AceType == ACCESS_ALLOWED_ACE_TYPE) left &= ~mask;
  }
  if (mode != KernelMode) left |= desired & kept_by_label(descriptor, mapping);
  *granted = left == 0 ? desired | previous : 0;
  *status = left == 0 ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
  return left == 0;
}
