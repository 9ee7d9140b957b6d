// The upper edge of an adapter under Wine: what the stack and PnP do with it elsewhere, a test does by device control.
#pragma once

#include "../../Images/ndis/ndis_parts.h"
#include "codes.h"

NTSTATUS NTAPI emul_edge_control(PDEVICE_OBJECT device, PIRP irp);
/// Begins to keep what the adapter indicates.
void emul_edge_open(struct emul_adapter *adapter);
void emul_edge_close(struct emul_adapter *adapter);
/// Writes what programs are told of an adapter.
void emul_registry_write(struct emul_adapter *adapter);
