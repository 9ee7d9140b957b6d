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

// The standard keywords. A checksum's value says which directions are on: 1 transmit, 2 receive, 3 both.
static const struct {
  const WCHAR *keyword;
  ULONG most, otherwise;
  /// What is on when the lowest bit is set, and the next one.
  ULONG first, second;
} offloads[] = {
    {L"*IPChecksumOffloadIPv4", 3, 2, NT_TX_IPV4, NT_RX_IPV4},
    {L"*TCPChecksumOffloadIPv4", 3, 2, NT_TX_TCP4, NT_RX_TCP4},
    {L"*UDPChecksumOffloadIPv4", 3, 2, NT_TX_UDP4, NT_RX_UDP4},
    {L"*TCPChecksumOffloadIPv6", 3, 2, NT_TX_TCP6, NT_RX_TCP6},
    {L"*UDPChecksumOffloadIPv6", 3, 2, NT_TX_UDP6, NT_RX_UDP6},
    {L"*LsoV2IPv4", 1, 0, NT_LSO4, 0},
    {L"*LsoV2IPv6", 1, 0, NT_LSO6, 0},
    {L"*UsoIPv4", 1, 0, NT_USO4, 0},
    {L"*UsoIPv6", 1, 0, NT_USO6, 0},
};

static ULONG read_offloads(NDIS_HANDLE configuration) {
  ULONG bits = 0;
  for (size_t i = 0; i < sizeof(offloads) / sizeof(offloads[0]); i++) {
    ULONG value = read(configuration, offloads[i].keyword, offloads[i].most, offloads[i].otherwise);
    bits |= (value & 1 ? offloads[i].first : 0) | (value & 2 ? offloads[i].second : 0);
  }
  return bits;
}

void nt_settings_read(struct nt_adapter *adapter) {
  struct nt_settings *settings = &adapter->settings;
  *settings = (struct nt_settings){.sends_segments = true, .offloads = NT_OFFLOADS_DEFAULT};
  NDIS_CONFIGURATION_OBJECT object;
  memset(&object, 0, sizeof(object));
  object.Header = (NDIS_OBJECT_HEADER){
      NDIS_OBJECT_TYPE_CONFIGURATION_OBJECT, 1, NDIS_SIZEOF_CONFIGURATION_OBJECT_REVISION_1};
  object.NdisHandle = adapter->miniport.handle;
  NDIS_HANDLE configuration;
  if (NdisOpenConfigurationEx(&object, &configuration) != NDIS_STATUS_SUCCESS) return;
  settings->sends_segments = read(configuration, L"UdpSendSegmentation", 1, 1) != 0;
  settings->offloads = read_offloads(configuration);
  NdisCloseConfiguration(configuration);
}
