// ndis.sys: what a miniport says it does for the stack, and whether it may say so.
#include "ndis_parts.h"

/// The minor version of this NDIS, and whether it refuses revision 6 of NDIS_OFFLOAD all the same.
uint32_t emul_version = 85;
static BOOLEAN refuses_uso;

/// Makes it another NDIS for drivers that are loaded from now on.
void EmulNdisVersion(uint32_t minor, uint32_t refuses) {
  emul_version = minor;
  refuses_uso = refuses != 0;
}

BOOLEAN emul_offload_takes(const NDIS_OFFLOAD *offload) {
  return offload->Header.Revision < 6 || (emul_version >= 83 && !refuses_uso);
}

// Whether all that `part` says is said by `whole`, too.
static BOOLEAN is_part(const NDIS_OFFLOAD *part, const NDIS_OFFLOAD *whole) {
  const ULONG *some = (const ULONG *)part, *all = (const ULONG *)whole;
  for (size_t i = 1; i < sizeof *part / sizeof *some; i++)
    if ((some[i] & ~all[i]) != 0) return FALSE;
  return TRUE;
}

// Copies one by its size: what a revision does not have is not there.
static void copy(NDIS_OFFLOAD *to, const NDIS_OFFLOAD *from, uint32_t revision) {
  REQUIRE(from->Header.Type == NDIS_OBJECT_TYPE_OFFLOAD && from->Header.Revision == revision);
  REQUIRE(from->Header.Size == (revision == 6 ? 0xd8 : 0x9c));
  memset(to, 0, sizeof *to);
  memcpy(to, from, from->Header.Size);
}

void emul_offload_attributes(
    struct emul_adapter *adapter, const NDIS_MINIPORT_ADAPTER_OFFLOAD_ATTRIBUTES *attributes) {
  uint32_t revision = attributes->HardwareOffloadCapabilities->Header.Revision;
  REQUIRE(revision == 3 || revision == 6);
  copy(&adapter->hardware, attributes->HardwareOffloadCapabilities, revision);
  copy(&adapter->offload, attributes->DefaultOffloadConfiguration, revision);
  REQUIRE(is_part(&adapter->offload, &adapter->hardware));
  adapter->offload_before = adapter->offload;
}

void emul_offload_indicated(struct emul_adapter *adapter, const NDIS_STATUS_INDICATION *indication) {
  const NDIS_OFFLOAD *offload = indication->StatusBuffer;
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && indication->StatusBufferSize == offload->Header.Size);
  adapter->offload_before = adapter->offload;
  copy(&adapter->offload, offload, adapter->hardware.Header.Revision);
  REQUIRE(is_part(&adapter->offload, &adapter->hardware));
}

static ULONG_PTR expected(const NDIS_OFFLOAD *offload, BOOLEAN is_v6) {
  ULONG supported = is_v6 ? offload->IPv6Receive.Supported : offload->IPv4Receive.Supported;
  return ((supported & 0x10) ? NT_TCP_SUCCEEDED : 0) | ((supported & 0x40) ? NT_UDP_SUCCEEDED : 0) |
         ((supported & (is_v6 ? 0x50 : 0x100)) ? NT_IP_SUCCEEDED : 0);
}

BOOLEAN emul_offload_received(const struct emul_adapter *adapter, BOOLEAN is_v6, ULONG_PTR information) {
  return information == expected(&adapter->offload, is_v6) || information == expected(&adapter->offload_before, is_v6);
}

/// Copies what the miniport does at present, 216 bytes.
void EmulNdisOffload(const struct emul_adapter *adapter, void *offload) {
  memcpy(offload, &adapter->offload, sizeof adapter->offload);
}
