// The driver's package: what of it is in the driver store, and how ours comes there.
#pragma once

#include "../Adapter/adapter.h"

/// DriverVer of the package that the library carries (Driver/library.mk).
extern const WCHAR own_version[];

enum { INF_NAME_ROOM = MAX_PATH };

struct package {
  WCHAR inf[INF_NAME_ROOM];
  uint64_t date, number;
};

/// Installs the driver if need be, replaces an older one, makes the adapter and names its connection; all of it undone
/// when the adapter does not start.
DWORD install_and_make(struct WIREGUARD_ADAPTER *adapter, const WCHAR *name, const WCHAR *tunnel_type);

/// Installs the driver if need be, or replaces an older one, without an adapter that would show whether it starts; when
/// it is to be exactly this one, a newer one as well.
DWORD install_driver(bool is_exact);

// store.c

/// Calls `visit` for each of our packages in the store, until it returns an error.
DWORD store_visit(DWORD (*visit)(const struct package *package, void *context), void *context);
/// Whether Windows prefers a package to another one: by date first.
bool package_is_newer(const struct package *package, const struct package *other);
/// Whether the INF at a path is ours, and its version.
bool store_read(const WCHAR *path, struct package *package);
/// Removes a package by the name of its INF; `force` although devices use it, which get the next best of the store, and
/// are without a driver when there is none.
DWORD store_remove(const WCHAR *inf, bool force);
/// Adds the package whose INF lies at a path; its new name.
DWORD store_add(const WCHAR *inf_path, WCHAR inf[INF_NAME_ROOM]);
/// Gives the package whose INF lies at a path, and which is in the store, to every device that is there, whatever it
/// has: the driver's file is one for all of them.
DWORD store_give(const WCHAR *inf_path);
/// Copies a package's files into a folder that exists.
DWORD store_copy(const WCHAR *inf, const WCHAR *folder);

// folder.c

/// The path of a folder of ours below Windows' own.
DWORD folder_path(const WCHAR *name, WCHAR path[MAX_PATH]);
/// Makes it, for the system and administrators only, if it is not there. ERROR_DIRECTORY when something else is.
DWORD folder_ensure(const WCHAR *path);
/// A folder with a name by chance that only the system and administrators can open.
DWORD folder_make(WCHAR path[MAX_PATH]);
/// Removes it with all that is in it, eight folders deep.
void folder_remove(const WCHAR *path);
/// Writes the driver's package that the library carries for this system.
DWORD folder_fill(const WCHAR *path);

// snapshot.c: by whoever has MUTEX_DEVICES.

struct snapshot;
/// Remembers and disables every adapter that is present, in memory and on disk; in `*first` even on failure. One that
/// somebody else has disabled is left alone.
DWORD snapshot_take(struct snapshot **first);
/// Enables them and configures them again. The first error, after all have been tried. What cannot be configured stays
/// on disk.
DWORD snapshot_restore(const struct snapshot *first);
void snapshot_give_back(struct snapshot *first);
/// Restores what a process has disabled that has died since, and forgets adapters that are gone.
void snapshot_recover(void);

// kept.c: what adapters had, on disk as long as they are disabled.

struct kept {
  /// A configuration as the driver tells it; memory of ours, which holds keys.
  void *configuration;
  DWORD length_bytes;
  DWORD is_up;
};
DWORD kept_write(const WCHAR *instance, const struct kept *kept);
/// ERROR_FILE_NOT_FOUND when there is nothing.
DWORD kept_read(const WCHAR *instance, struct kept *kept);
/// Overwritten first, as far as a file system lets somebody.
void kept_forget(const WCHAR *instance);
bool kept_has(const WCHAR *instance);
/// Calls `visit`, which may forget, for the instance of each that is kept.
void kept_visit(void (*visit)(const WCHAR *instance));

// running.c

/// The path of the driver's image in the kernel; ERROR_FILE_NOT_FOUND when it is not loaded.
DWORD running_path(WCHAR path[MAX_PATH]);
/// Waits until it has left; ERROR_TIMEOUT when it stays.
DWORD running_await_unload(void);
