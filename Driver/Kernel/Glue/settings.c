// Settings of an adapter in the registry; each is a number, which an INF writes as a string. PASSIVE_LEVEL.
#include "settings.h"

#include <nt/ndis_configuration.h>

#include "adapter.h"

static ULONG number(const NDIS_CONFIGURATION_PARAMETER *parameter, ULONG otherwise) {
  if (parameter->ParameterType != NdisParameterString) return parameter->ParameterData.IntegerData;
  const UNICODE_STRING *text = &parameter->ParameterData.StringData;
  // No value has more than one digit.
  if (text->Length != sizeof(WCHAR) || text->Buffer[0] < L'0' || text->Buffer[0] > L'9') return otherwise;
  return (ULONG)(text->Buffer[0] - L'0');
}

// `most` is the greatest value that means something.
static ULONG read(NDIS_HANDLE configuration, const WCHAR *keyword, ULONG most, ULONG otherwise) {
  NDIS_STATUS status;
  NDIS_CONFIGURATION_PARAMETER *parameter;
  UNICODE_STRING name;
  name.Buffer = (WCHAR *)keyword;
  name.Length = 0;
  while (keyword[name.Length / sizeof(WCHAR)] != 0) name.Length += sizeof(WCHAR);
  name.MaximumLength = name.Length + sizeof(WCHAR);
  NdisReadConfiguration(&status, &parameter, configuration, &name, NdisParameterInteger);
  if (status != NDIS_STATUS_SUCCESS) return otherwise;
  ULONG value = number(parameter, otherwise);
  return value <= most ? value : otherwise;
}

void nt_settings_read(struct nt_adapter *adapter) {
  struct nt_settings *settings = &adapter->settings;
  *settings = (struct nt_settings){.sends_segments = true};
  NDIS_CONFIGURATION_OBJECT object;
  memset(&object, 0, sizeof(object));
  object.Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT, 1, NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1};
  object.NdisHandle = adapter->miniport.handle;
  NDIS_HANDLE configuration;
  if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return;
  settings->sends_segments = read(configuration, L"UdpSendSegmentation", 1, 1) != 0;
  NdisCloseConfiguration(configuration);
}
