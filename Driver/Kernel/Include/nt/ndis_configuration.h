// NDIS 6: an adapter's settings in the registry. From Microsoft's published reference (ndis.h).
#pragma once

#include <nt/ndis.h>

#define NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT 0xa9

typedef struct _NDIS_CONFIGURATION_OBJECT {
  NDIS_OBJECT_HEADER Header;
  NDIS_HANDLE NdisHandle;
  ULONG Flags;
} NDIS_CONFIGURATION_OBJECT;

#define NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1 (offsetof(NDIS_CONFIGURATION_OBJECT, Flags) + sizeof(ULONG))

typedef enum { NdisParameterInteger, NdisParameterHexInteger, NdisParameterString } NDIS_PARAMETER_TYPE;

typedef struct _NDIS_CONFIGURATION_PARAMETER {
  NDIS_PARAMETER_TYPE ParameterType;
  union {
    ULONG IntegerData;
    UNICODE_STRING StringData;
  } ParameterData;
} NDIS_CONFIGURATION_PARAMETER;

NT_LAYOUT(NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1, 0x14, 0x0c);
NT_LAYOUT(sizeof(NDIS_CONFIGURATION_PARAMETER), 0x18, 0x0c);

NDIS_STATUS NTAPI NdisOpenConfigurationEx(NDIS_CONFIGURATION_OBJECT *object, NDIS_HANDLE *configuration);
VOID NTAPI NdisReadConfiguration(
    NDIS_STATUS *status, NDIS_CONFIGURATION_PARAMETER **value, NDIS_HANDLE configuration, UNICODE_STRING *keyword,
    NDIS_PARAMETER_TYPE type);
VOID NTAPI NdisCloseConfiguration(NDIS_HANDLE configuration);
