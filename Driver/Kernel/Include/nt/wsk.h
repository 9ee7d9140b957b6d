// Winsock Kernel: the part for datagram sockets, from Microsoft's published reference (wsk.h).
#pragma once

#include <nt/sockaddr.h>

#define WSK_VERSION_1_0 0x0100
#define WSK_NO_WAIT 0
#define WSK_INFINITE_WAIT 0xffffffffu

typedef struct _WSK_CLIENT *PWSK_CLIENT;

typedef NTSTATUS(NTAPI *PFN_WSK_CLIENT_EVENT)(
    PVOID client_context, ULONG event_type, PVOID information, SIZE_T information_length);

typedef struct _WSK_CLIENT_DISPATCH {
  USHORT Version;
  USHORT Reserved;
  PFN_WSK_CLIENT_EVENT WskClientEvent;
} WSK_CLIENT_DISPATCH;

typedef struct _WSK_CLIENT_NPI {
  PVOID ClientContext;
  const WSK_CLIENT_DISPATCH *Dispatch;
} WSK_CLIENT_NPI;

typedef struct _WSK_REGISTRATION {
  ULONGLONG ReservedRegistrationState;
  PVOID ReservedRegistrationContext;
  KSPIN_LOCK ReservedRegistrationLock;
} WSK_REGISTRATION;

typedef struct _WSK_SOCKET {
  const VOID *Dispatch;
} WSK_SOCKET;

typedef struct _WSK_BUF {
  PMDL Mdl;
  ULONG Offset;
  SIZE_T Length;
} WSK_BUF;

typedef struct _WSK_BUF_LIST {
  struct _WSK_BUF_LIST *Next;
  WSK_BUF Buffer;
} WSK_BUF_LIST;

typedef struct _WSK_DATAGRAM_INDICATION {
  struct _WSK_DATAGRAM_INDICATION *Next;
  WSK_BUF Buffer;
  CMSGHDR *ControlInfo;
  ULONG ControlInfoLength;
  SOCKADDR *RemoteAddress;
} WSK_DATAGRAM_INDICATION;

#define WSK_FLAG_DATAGRAM_SOCKET 0x00000004
#define WSK_FLAG_AT_DISPATCH_LEVEL 0x00000008

/// An option of UDP, and a control message of a send: bytes of each datagram that a message is cut into; since Windows
/// 10 of 2020.
#define UDP_SEND_MSG_SIZE 2

typedef enum { WskSetOption, WskGetOption, WskIoctl } WSK_CONTROL_SOCKET_TYPE;

#define SO_WSK_EVENT_CALLBACK 0x4002
#define WSK_EVENT_RECEIVE_FROM 0x00000100
#define WSK_EVENT_DISABLE 0x80000000
#define WSK_TRANSPORT_LIST_QUERY 2
#define WSK_SET_STATIC_EVENT_CALLBACKS 7
#define WSK_TDI_BEHAVIOR 8
#define WSK_TDI_BEHAVIOR_BYPASS_TDI 0x00000001

typedef struct _WSK_EVENT_CALLBACK_CONTROL {
  const GUID *NpiId;
  ULONG EventMask;
} WSK_EVENT_CALLBACK_CONTROL;

typedef struct _WSK_TRANSPORT {
  USHORT Version;
  USHORT SocketType;
  ULONG Protocol;
  USHORT AddressFamily;
  GUID ProviderId;
} WSK_TRANSPORT;

// What a client supplies for each datagram socket. Returning STATUS_SUCCESS gives the indications back.
typedef NTSTATUS(NTAPI *PFN_WSK_RECEIVE_FROM_EVENT)(
    PVOID socket_context, ULONG flags, WSK_DATAGRAM_INDICATION *indications);

typedef struct _WSK_CLIENT_DATAGRAM_DISPATCH {
  PFN_WSK_RECEIVE_FROM_EVENT WskReceiveFromEvent;
} WSK_CLIENT_DATAGRAM_DISPATCH;

// What the provider offers for each datagram socket.
typedef NTSTATUS(NTAPI *PFN_WSK_CONTROL_SOCKET)(
    WSK_SOCKET *socket, WSK_CONTROL_SOCKET_TYPE request, ULONG control_code, ULONG level, SIZE_T input_size,
    PVOID input, SIZE_T output_size, PVOID output, SIZE_T *output_size_returned, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_CLOSE_SOCKET)(WSK_SOCKET *socket, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_BIND)(WSK_SOCKET *socket, SOCKADDR *local, ULONG flags, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_SEND_TO)(
    WSK_SOCKET *socket, WSK_BUF *buffer, ULONG flags, SOCKADDR *remote, ULONG control_length, CMSGHDR *control,
    PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_RECEIVE_FROM)(
    WSK_SOCKET *socket, WSK_BUF *buffer, ULONG flags, SOCKADDR *remote, ULONG *control_length, CMSGHDR *control,
    ULONG *control_flags, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_RELEASE_DATAGRAM_INDICATION_LIST)(
    WSK_SOCKET *socket, WSK_DATAGRAM_INDICATION *indications);
typedef NTSTATUS(NTAPI *PFN_WSK_GET_LOCAL_ADDRESS)(WSK_SOCKET *socket, SOCKADDR *local, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_SEND_MESSAGES)(
    WSK_SOCKET *socket, WSK_BUF_LIST *buffers, ULONG flags, SOCKADDR *remote, ULONG control_length, CMSGHDR *control,
    PIRP irp);

typedef struct _WSK_PROVIDER_BASIC_DISPATCH {
  PFN_WSK_CONTROL_SOCKET WskControlSocket;
  PFN_WSK_CLOSE_SOCKET WskCloseSocket;
} WSK_PROVIDER_BASIC_DISPATCH;

typedef struct _WSK_PROVIDER_DATAGRAM_DISPATCH {
  WSK_PROVIDER_BASIC_DISPATCH Basic;
  PFN_WSK_BIND WskBind;
  PFN_WSK_SEND_TO WskSendTo;
  PFN_WSK_RECEIVE_FROM WskReceiveFrom;
  PFN_WSK_RELEASE_DATAGRAM_INDICATION_LIST WskRelease;
  PFN_WSK_GET_LOCAL_ADDRESS WskGetLocalAddress;
  /// Since Windows 10.
  PFN_WSK_SEND_MESSAGES WskSendMessages;
} WSK_PROVIDER_DATAGRAM_DISPATCH;

typedef NTSTATUS(NTAPI *PFN_WSK_SOCKET)(
    PWSK_CLIENT client, USHORT family, USHORT type, ULONG protocol, ULONG flags, PVOID socket_context,
    const VOID *dispatch, PEPROCESS owner, PETHREAD owner_thread, PSECURITY_DESCRIPTOR security, PIRP irp);
typedef NTSTATUS(NTAPI *PFN_WSK_SOCKET_CONNECT)(void);
typedef NTSTATUS(NTAPI *PFN_WSK_CONTROL_CLIENT)(
    PWSK_CLIENT client, ULONG control_code, SIZE_T input_size, PVOID input, SIZE_T output_size, PVOID output,
    SIZE_T *output_size_returned, PIRP irp);

typedef struct _WSK_PROVIDER_DISPATCH {
  USHORT Version;
  USHORT Reserved;
  PFN_WSK_SOCKET WskSocket;
  /// For connections: not used.
  PFN_WSK_SOCKET_CONNECT WskSocketConnect;
  PFN_WSK_CONTROL_CLIENT WskControlClient;
} WSK_PROVIDER_DISPATCH;

typedef struct _WSK_PROVIDER_NPI {
  PWSK_CLIENT Client;
  const WSK_PROVIDER_DISPATCH *Dispatch;
} WSK_PROVIDER_NPI;

NT_LAYOUT(sizeof(WSK_BUF_LIST), 0x20, 0x10);
NT_LAYOUT(sizeof(WSK_DATAGRAM_INDICATION), 0x38, 0x1c);
NT_LAYOUT(sizeof(WSK_PROVIDER_DATAGRAM_DISPATCH), 0x40, 0x20);
NT_LAYOUT(sizeof(WSK_REGISTRATION), 0x18, 0x10);

NTSTATUS NTAPI WskRegister(WSK_CLIENT_NPI *client, WSK_REGISTRATION *registration);
VOID NTAPI WskDeregister(WSK_REGISTRATION *registration);
NTSTATUS NTAPI WskCaptureProviderNPI(WSK_REGISTRATION *registration, ULONG wait_timeout, WSK_PROVIDER_NPI *provider);
VOID NTAPI WskReleaseProviderNPI(WSK_REGISTRATION *registration);
