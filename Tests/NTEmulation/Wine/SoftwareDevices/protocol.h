// What lacking.dll's SwDeviceCreate and its relatives ask swdevice.sys. Shared by kernel and programs: no header of
// either.
#pragma once

#define SWD_DEVICE L"\\Device\\NeedletailSoftwareDevices"
#define SWD_LINK L"\\??\\NeedletailSoftwareDevices"
#define SWD_PATH L"\\\\.\\NeedletailSoftwareDevices"
enum { SWD_INSTANCE_ROOM = 64, SWD_IDS_ROOM = 128 };

/// Makes a device; it lives as long as the handle. Returns when plug and play has dealt with it.
#define SWD_CREATE 0x00222000u
struct swd_create {
  unsigned short instance[SWD_INSTANCE_ROOM];
  unsigned short hardware_ids[SWD_IDS_ROOM];
};
/// These take the name of an instance. STATUS_NOT_FOUND when there is none.
#define SWD_STATUS 0x00222004u
struct swd_status {
  unsigned is_started, is_disabled, has_driver;
};
#define SWD_DISABLE 0x00222008u
#define SWD_ENABLE 0x0022200cu
/// 4 bytes: 1 when needletail.sys is loaded.
#define SWD_IS_LOADED 0x00222010u
