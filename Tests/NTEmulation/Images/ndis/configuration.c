// ndis.sys: settings of an adapter, as tests want them: every adapter that is made has the same.
#include <nt/ndis_configuration.h>

#include "ndis_parts.h"

#define SETTINGS 16

static struct {
  WCHAR keyword[40];
  WCHAR text[8];
} settings[SETTINGS];
static uint32_t count;
static BOOLEAN is_open;
static NDIS_CONFIGURATION_PARAMETER parameter;

/// Gives a keyword the text that an INF writes; NULL for the keyword: forgets all.
void EmulNdisSetting(const char *keyword, const char *text) {
  if (keyword == NULL) {
    count = 0;
    return;
  }
  REQUIRE(count < SETTINGS && strlen(keyword) < 40 && strlen(text) < 8);
  for (size_t i = 0; i <= strlen(keyword); i++) settings[count].keyword[i] = (WCHAR)keyword[i];
  for (size_t i = 0; i <= strlen(text); i++) settings[count].text[i] = (WCHAR)text[i];
  count++;
}

NDIS_STATUS NTAPI NdisOpenConfigurationEx(NDIS_CONFIGURATION_OBJECT *object, NDIS_HANDLE *configuration) {
  struct emul_adapter *adapter = object->NdisHandle;
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && object->Header.Type == NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT);
  REQUIRE(object->Header.Revision == 1 && object->Header.Size == 0x14 && object->Flags == 0);
  REQUIRE(adapter->state == EMUL_INITIALIZING && !is_open);
  if (MUST_FAIL()) return NDIS_STATUS_RESOURCES;
  is_open = TRUE;
  *configuration = settings;
  return NDIS_STATUS_SUCCESS;
}

static BOOLEAN is_same(const UNICODE_STRING *name, const WCHAR *keyword) {
  for (USHORT i = 0; i < name->Length / sizeof(WCHAR); i++)
    if (keyword[i] != name->Buffer[i]) return FALSE;
  return keyword[name->Length / sizeof(WCHAR)] == 0;
}

VOID NTAPI NdisReadConfiguration(
    NDIS_STATUS *status, NDIS_CONFIGURATION_PARAMETER **value, NDIS_HANDLE configuration, UNICODE_STRING *keyword,
    NDIS_PARAMETER_TYPE type) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && configuration == settings && is_open && type == NdisParameterInteger);
  *status = MUST_FAIL() ? NDIS_STATUS_RESOURCES : NDIS_STATUS_FAILURE;
  for (uint32_t i = 0; i < count && *status == NDIS_STATUS_FAILURE; i++) {
    if (!is_same(keyword, settings[i].keyword)) continue;
    parameter.ParameterType = NdisParameterString;
    parameter.ParameterData.StringData.Buffer = settings[i].text;
    USHORT length = 0;
    while (settings[i].text[length] != 0) length++;
    parameter.ParameterData.StringData.Length = (USHORT)(length * sizeof(WCHAR));
    *value = &parameter;
    *status = NDIS_STATUS_SUCCESS;
  }
}

VOID NTAPI NdisCloseConfiguration(NDIS_HANDLE configuration) {
  REQUIRE(EmulIrql() == PASSIVE_LEVEL && configuration == settings && is_open);
  is_open = FALSE;
}
