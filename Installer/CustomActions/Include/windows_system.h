// What the Swift side of the custom actions calls of Windows, and what it offers to them. Fixed widths only, and no
// structure by value: Swift is compiled for a target of another data model.
//
// Text is UTF-8 with its length in bytes. A result is a Win32 error; 0 is success.
#pragma once

#include <stdint.h>

/// Bytes of the callee's; `taken_give_back` frees them.
struct taken {
  uint8_t *bytes;
  uint64_t length_bytes;
};
void taken_give_back(struct taken *taken);

// journal.c: the journal of one action, in a folder that only the system and administrators can open.

/// No bytes when there is none.
uint32_t journal_read(const uint8_t *name, uint64_t length, struct taken *journal);
/// On the disk when it returns.
uint32_t journal_append(const uint8_t *name, uint64_t length, const uint8_t *bytes, uint64_t count);
uint32_t journal_remove(const uint8_t *name, uint64_t length);

// registry.c: below HKEY_LOCAL_MACHINE.

/// `found` is 0 when there is no such value, or no key.
uint32_t registry_get(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length,
    uint32_t *found, uint32_t *type, struct taken *data);
uint32_t registry_has(const uint8_t *key, uint64_t key_length, uint32_t *found);
uint32_t registry_set(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length,
    uint32_t type, const uint8_t *data, uint64_t length_bytes);
uint32_t registry_remove(const uint8_t *key, uint64_t key_length, const uint8_t *name, uint64_t name_length);
/// Only one that has nothing in it.
uint32_t registry_remove_key(const uint8_t *key, uint64_t key_length);

// service.c

enum service_states { SERVICE_IS_ABSENT, SERVICE_IS_STOPPED, SERVICE_IS_RUNNING };
/// One that is on its way counts for where it goes.
uint32_t service_get(const uint8_t *name, uint64_t length, uint32_t *state);
/// Waits until it is there, at most two and a half minutes.
uint32_t service_set(const uint8_t *name, uint64_t length, uint32_t is_running);
/// Of each service whose name begins so: the name and the command line, each with a NUL.
uint32_t service_list(const uint8_t *prefix, uint64_t length, struct taken *services);
/// Does not wait.
uint32_t service_begin(const uint8_t *name, uint64_t length);
uint32_t service_delete(const uint8_t *name, uint64_t length);

// driver.c: packages in the driver store, each by the name of its INF there.

enum { PACKAGE_INF_ROOM = 780 };
struct store_package {
  uint64_t date_100ns, number;
  uint64_t inf_length;
  uint8_t inf[PACKAGE_INF_ROOM + 4];
};
/// All of ours: an array in `packages`.
uint32_t driver_list(struct taken *packages);
/// The package that an INF on the disk is of.
uint32_t driver_read(const uint8_t *path, uint64_t length, struct store_package *package);
uint32_t driver_add(const uint8_t *path, uint64_t length);
/// Gives the package to every adapter that there is, with the configuration and the state that each had.
uint32_t driver_use(const uint8_t *inf, uint64_t length);
/// `is_used` is 1 when it stays because devices use it.
uint32_t driver_remove(const uint8_t *inf, uint64_t length, uint32_t force, uint32_t *is_used);
uint32_t driver_keep(const uint8_t *inf, uint64_t length, uint32_t number);
uint32_t driver_put_back(uint32_t number);
uint32_t driver_forget(void);

// channel.c: what channels' updates have brought.

/// Where it is, or would be.
uint32_t channel_path(struct taken *path);
/// Both refuse any other folder. Removing one that is not there is no error, and nor is leaving one alone that has
/// something in it.
uint32_t channel_has(const uint8_t *path, uint64_t length, uint32_t *found);
uint32_t channel_remove(const uint8_t *path, uint64_t length, uint32_t only_if_empty);

// program.c

/// A command line; at most five minutes. ERROR_PROCESS_ABORTED when it takes longer; `exit_code` is the program's.
uint32_t program_run(const uint8_t *command, uint64_t length, uint32_t *exit_code);

// entry.c

/// A line for the installation's log.
void log_note(const uint8_t *line, uint64_t length);

// Offered by Swift (Shell/EntryPoints+Unsafe.swift).

enum actions {
  ACTION_INSTALL_DRIVER,
  ACTION_REMOVE_DRIVER,
  ACTION_PAUSE_TUNNELS,
  ACTION_REMOVE_TUNNELS,
  ACTION_COUNT
};
/// Whether a rollback lets the version replace the newer products with these codes. `note` has at most `room` bytes for
/// the log then.
uint32_t rollback_find(const uint8_t *version, uint64_t version_length, const uint8_t *newer, uint64_t newer_length,
    uint64_t now_s, uint8_t *note, uint64_t room, uint64_t *note_length);
enum verbs { VERB_PERFORM, VERB_ROLL_BACK, VERB_COMMIT };
/// 1 when it is done. Otherwise `reason` has at most `room` bytes of what an administrator is told, and how many.
uint32_t action_run(uint32_t action, uint32_t verb, const uint8_t *data, uint64_t length, uint8_t *reason,
    uint64_t room, uint64_t *reason_length);
