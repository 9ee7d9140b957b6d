#include "sample.h"

#include <nt/wsk.h>

static NTSTATUS NTAPI keep(PDEVICE_OBJECT device, PIRP irp, PVOID context) {
  UNREFERENCED_PARAMETER(device);
  UNREFERENCED_PARAMETER(irp);
  UNREFERENCED_PARAMETER(context);
  return STATUS_MORE_PROCESSING_REQUIRED;
}

static void act(void) {
  static const WSK_CLIENT_DISPATCH dispatch = {WSK_VERSION_1_0, 0, NULL};
  static const WSK_CLIENT_DATAGRAM_DISPATCH events = {NULL};
  WSK_REGISTRATION registration;
  WSK_PROVIDER_NPI provider;
  WSK_CLIENT_NPI client = {NULL, &dispatch};
  WskRegister(&client, &registration);
  WskCaptureProviderNPI(&registration, WSK_INFINITE_WAIT, &provider);
  PIRP irp = IoAllocateIrp(1, FALSE);
  IoSetCompletionRoutine(irp, keep, NULL, TRUE, TRUE, TRUE);
  provider.Dispatch->WskSocket(
      provider.Client, AF_INET, SOCK_DGRAM, IPPROTO_UDP, WSK_FLAG_DATAGRAM_SOCKET, NULL, &events,
      IoGetCurrentProcess(), NULL, NULL, irp);
  IoFreeIrp(irp);
  WskReleaseProviderNPI(&registration);
  WskDeregister(&registration);
}
