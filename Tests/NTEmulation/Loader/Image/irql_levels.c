// The levels of every function that a driver may import, after Windows' driver documentation ("Requirements", IRQL).
// Where a page makes it depend on an argument (waits, KeSetEvent), the highest is here and the function itself looks.
#include "irql_levels.h"

#include <stddef.h>
#include <string.h>

// PASSIVE_LEVEL
static const char passive[] =
    " BCryptCloseAlgorithmProvider BCryptOpenAlgorithmProvider EtwRegister EtwUnregister FreeMibTable GetBestRoute2 "
    "GetIpForwardTable2"
    " IoCreateSymbolicLink IoDeleteSymbolicLink IoGetDeviceObjectPointer MmGetSystemRoutineAddress"
    " NdisAllocateNetBufferListPool NdisCloseConfiguration NdisMDeregisterMiniportDriver NdisMGetDeviceProperty"
    " NdisMRegisterMiniportDriver NdisOpenConfigurationEx NdisReadConfiguration"
    " NdisMSetMiniportAttributes ObReferenceObjectByHandle PsCreateSystemThread PsTerminateSystemThread"
    " RtlEqualUnicodeString RtlGetVersion RtlRandomEx SeAccessCheck SeCaptureSubjectContext SeLockSubjectContext"
    " SeReleaseSubjectContext SeUnlockSubjectContext SetIpInterfaceEntry WskCaptureProviderNPI WskDeregister"
    " WskRegister ZwClose ";

// at most APC_LEVEL
static const char apc[] =
    " CancelMibChangeNotify2 ExAcquireFastMutex ExAcquireFastMutexUnsafe ExAcquirePushLockExclusiveEx"
    " ExAcquirePushLockSharedEx ExReleaseFastMutexUnsafe ExReleasePushLockExclusiveEx ExReleasePushLockSharedEx"
    " ExTryToAcquireFastMutex ExWaitForRundownProtectionRelease ExWaitForRundownProtectionReleaseCacheAware"
    " ExfAcquirePushLockExclusive ExfAcquirePushLockShared ExfReleasePushLock ExfReleasePushLockExclusive"
    " ExfReleasePushLockShared GetIpInterfaceEntry IoCreateDevice IoDeleteDevice KeDelayExecutionThread"
    " KeEnterCriticalRegion KeFlushQueuedDpcs KeLeaveCriticalRegion KeRevertToUserAffinityThreadEx"
    " KeRevertToUserGroupAffinityThread KeSetSystemAffinityThreadEx KeSetSystemGroupAffinityThread"
    " NotifyIpInterfaceChange NotifyRouteChange2 ProbeForRead ProbeForWrite ";

// APC_LEVEL
static const char apc_only[] =
    " ExReleaseFastMutex ";

// at most DISPATCH_LEVEL
static const char dispatch[] =
    " WskReleaseProviderNPI BCryptGenRandom ExAcquireRundownProtection ExAcquireRundownProtectionCacheAware "
    "ExAcquireRundownProtectionEx"
    " ExAcquireSpinLockExclusive ExAcquireSpinLockShared ExAllocateCacheAwareRundownProtection ExAllocatePool"
    " ExAllocatePool2 ExAllocatePoolWithTag ExDeleteLookasideListEx ExDeleteNPagedLookasideList"
    " ExFlushLookasideListEx ExFreeCacheAwareRundownProtection ExFreePool ExFreePoolWithTag"
    " ExInitializeLookasideListEx ExInitializeNPagedLookasideList ExInitializeRundownProtection ExQueryDepthSList"
    " ExQueueWorkItem ExReInitializeRundownProtection ExReInitializeRundownProtectionCacheAware"
    " ExReleaseRundownProtection ExReleaseRundownProtectionCacheAware ExReleaseRundownProtectionEx"
    " ExRundownCompleted ExRundownCompletedCacheAware ExpInterlockedFlushSList ExpInterlockedPopEntrySList"
    " ExpInterlockedPushEntrySList IoAcquireCancelSpinLock IoAllocateErrorLogEntry IoAllocateIrp IoAllocateMdl"
    " IoAllocateWorkItem IoAttachDeviceToDeviceStack IoBuildPartialMdl IoCancelIrp IoCsqInitialize IoCsqInitializeEx"
    " IoCsqInsertIrp IoCsqInsertIrpEx IoCsqRemoveIrp IoCsqRemoveNextIrp IoDetachDevice IoFreeIrp IoFreeMdl"
    " IoFreeWorkItem IoGetAttachedDevice IoGetAttachedDeviceReference IoGetRequestorProcess IoInitializeIrp"
    " IoIs32bitProcess IoQueueWorkItem IoQueueWorkItemEx IoReuseIrp IoWriteErrorLogEntry IofCallDriver"
    " IofCompleteRequest KeAcquireInStackQueuedSpinLock KeAcquireSpinLockRaiseToDpc KeCancelTimer KeClearEvent"
    " KeRaiseIrqlToDpcLevel KeReadStateSemaphore KeReadStateTimer KeReleaseMutex KeReleaseSemaphore KeResetEvent"
    " KeRestoreExtendedProcessorState KeSaveExtendedProcessorState KeSetCoalescableTimer KeSetEvent"
    " KeSetPriorityThread KeSetTimer KeSetTimerEx KeWaitForMultipleObjects KeWaitForSingleObject"
    " MmBuildMdlForNonPagedPool MmMapLockedPagesSpecifyCache MmProbeAndLockPages MmUnlockPages MmUnmapLockedPages"
    " NdisAllocateNetBufferAndNetBufferList NdisFreeNetBufferList NdisFreeNetBufferListPool"
    " NdisMIndicateReceiveNetBufferLists NdisMIndicateStatusEx NdisMSendNetBufferListsComplete ObfDereferenceObject"
    " ObfReferenceObject ";

// DISPATCH_LEVEL
static const char dispatch_only[] =
    " ExReleaseSpinLockExclusive ExReleaseSpinLockShared IoReleaseCancelSpinLock"
    " KeAcquireInStackQueuedSpinLockAtDpcLevel KeAcquireSpinLockAtDpcLevel KeReleaseInStackQueuedSpinLock"
    " KeReleaseInStackQueuedSpinLockFromDpcLevel KeReleaseSpinLock KeReleaseSpinLockFromDpcLevel"
    " KeTryToAcquireSpinLockAtDpcLevel ";

// any level
static const char any[] =
    " DbgPrint DbgPrintEx EtwProviderEnabled EtwWriteString"
    " ExInitializePushLock InitializeSListHead IoGetCurrentProcess IoGetFileObjectGenericMapping"
    " KeAreApcsDisabled KeBugCheck KeBugCheckEx KeGetCurrentProcessorNumberEx KeGetProcessorIndexFromNumber"
    " KeGetProcessorNumberFromIndex KeInitializeDpc KeInitializeEvent KeInitializeMutex KeInitializeSemaphore"
    " KeInitializeSpinLock KeInitializeTimer KeInitializeTimerEx KeInsertQueueDpc KeQueryActiveProcessorCount"
    " KeQueryActiveProcessorCountEx KeQueryInterruptTime KeQueryInterruptTimePrecise KeQueryMaximumProcessorCountEx"
    " KeQueryPerformanceCounter KeQuerySystemTime KeQuerySystemTimePrecise KeQueryTimeIncrement"
    " KeQueryUnbiasedInterruptTime KeReadStateEvent KeRemoveQueueDpc KeSetImportanceDpc KeSetTargetProcessorDpc"
    " KeSetTargetProcessorDpcEx KeStallExecutionProcessor NdisGetVersion ObDereferenceObjectDeferDelete"
    " PsGetCurrentProcess PsGetCurrentProcessId PsGetCurrentThread PsGetCurrentThreadId RtlAddAccessAllowedAce"
    " RtlCompareMemory RtlCopyUnicodeString RtlCreateAcl RtlCreateSecurityDescriptor RtlEqualSid"
    " RtlGetEnabledExtendedFeatures RtlInitAnsiString RtlInitUnicodeString RtlInitializeSid RtlLengthRequiredSid"
    " RtlLengthSid RtlSetDaclSecurityDescriptor RtlSetGroupSecurityDescriptor RtlSetOwnerSecurityDescriptor"
    " RtlSubAuthoritySid RtlValidSid SystemPrng __C_specific_handler _snprintf _vsnprintf memcmp memcpy memmove"
    " memset strcmp strlen wcslen ";

static const struct {
  const char *functions;
  uint8_t lowest, highest;
} levels[] = {
    {passive, 0, 0}, {apc, 0, 1}, {apc_only, 1, 1}, {dispatch, 0, 2}, {dispatch_only, 2, 2}, {any, 0, 15},
};

int irql_levels_of(const char *function, struct irql_levels *result) {
  size_t length = strlen(function);
  for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
    for (const char *at = levels[i].functions; (at = strstr(at, function)) != NULL; at += length) {
      if (at[-1] != ' ' || at[length] != ' ') continue;
      *result = (struct irql_levels){function, levels[i].lowest, levels[i].highest};
      return 1;
    }
  }
  return 0;
}
