// What needletail.exe's Swift side asks of its glue, and the glue of it. Fixed widths only: Swift is compiled for a
// target of another data model. Texts are UTF-8 with a NUL; functions that return a number return a Win32 error, 0
// when all went well, unless they say otherwise. Bytes that are handed over are given back with program_give_back.
#pragma once

#include <stdint.h>

// Process: Glue/Process.

/// A line for whoever called the program, and one of trouble, which a service writes into the event log.
void program_say(const uint8_t *line);
void program_complain(const uint8_t *line);
/// Windows' words for an error; the length without a NUL, 0 when there are none.
uint32_t program_words(uint32_t error, uint8_t *room, uint32_t count);
/// The number of arguments, the program's own name not among them, and each; an argument's length is at most 32,767
/// characters. Returns the length.
uint32_t program_argument_count(void);
uint32_t program_argument(uint32_t index, const uint8_t **text);
/// The project's version.
const uint8_t *program_version(void);
uint32_t program_read_file(const uint8_t *path, uint64_t most, uint8_t **bytes, uint64_t *length);
uint32_t program_full_path(const uint8_t *path, uint8_t **text, uint64_t *length);
/// Overwrites them first.
void program_give_back(uint8_t *bytes, uint64_t length);
/// Seconds since 1970 UTC.
uint64_t program_now(void);
uint32_t program_random(void);
/// 1 when the end has been asked for, within the time or before.
uint32_t program_wait(uint32_t milliseconds);
uint32_t program_drop_privileges(void);
/// What a command that is run gets in its environment.
uint32_t program_set_variable(const uint8_t *name, const uint8_t *value);
/// Runs a command line to its end, at most an hour.
uint32_t program_run_command(const uint8_t *command, uint32_t *exit_code);
/// HKLM\SOFTWARE\Needletail: UpdateCommand, and UpdateInterval in minutes, 0 when there is none. ERROR_FILE_NOT_FOUND
/// without a command.
uint32_t program_update_check(uint8_t **command, uint64_t *length, uint32_t *minutes);
enum program_policy_kinds { PROGRAM_POLICY_NONE, PROGRAM_POLICY_TEXT, PROGRAM_POLICY_NUMBER, PROGRAM_POLICY_OTHER };
/// A value below HKLM\SOFTWARE\Policies\Needletail: a text of at most `room` bytes, or a number. One of
/// program_policy_kinds; texts without an end, or too long for `room`, are of another kind.
uint32_t program_policy(
    const uint8_t *name, uint32_t *kind, uint8_t *text, uint32_t room, uint32_t *length, uint32_t *number);

// Service: Glue/Service.

/// Hands the process over to the service manager; ERROR_FAILED_SERVICE_CONTROLLER_CONNECT (1063) when it was not the
/// service manager that started it. Returns when the service has ended.
uint32_t program_dispatch_service(void);
/// The service does what it is for.
void program_is_ready(void);
uint32_t program_start_tunnel(const uint8_t *name, const uint8_t *file);
uint32_t program_remove_tunnel(const uint8_t *name);

// Update channels: Glue/Channel.

/// The folder of updates, made if need be, for the system and administrators only.
uint32_t program_channel_folder(uint8_t **path, uint64_t *length);
uint32_t program_own_path(uint8_t **path, uint64_t *length);
/// Replaces a file as a whole, or adds to its end; on the disk when it returns.
uint32_t program_write_file(const uint8_t *path, const uint8_t *bytes, uint64_t length, uint32_t is_added);
/// One that is there is no error.
uint32_t program_make_folder(const uint8_t *path);
/// A file, a link or an empty folder; what is not there is no error.
uint32_t program_remove_path(const uint8_t *path);
/// For each name 'd' for a folder or 'f' for anything else, the name and a NUL. ERROR_DIRECTORY for what is no folder.
uint32_t program_list_folder(const uint8_t *path, uint8_t **names, uint64_t *length);
uint32_t program_free_space(const uint8_t *path, uint64_t *bytes);
/// Nobody else opens it while this process runs, or one that program_complete has started. ERROR_SHARING_VIOLATION when
/// somebody has it.
uint32_t program_lock_file(const uint8_t *path);
void program_random_bytes(uint8_t *bytes, uint32_t count);
/// Seconds since Windows started.
uint64_t program_uptime(void);
/// 1 when Windows has started since this was asked last.
uint32_t program_is_new_start(uint32_t *is_new);
/// Runs a command line to its end; it goes on, and keeps what program_lock_file has locked, when this process ends
/// before.
uint32_t program_complete(const uint8_t *command, uint32_t *exit_code);
/// What a web server has, at most so many bytes. ERROR_FILE_NOT_FOUND when it has nothing there, ERROR_FILE_TOO_LARGE
/// when it has more.
uint32_t program_fetch(const uint8_t *address, uint64_t most, uint8_t **bytes, uint64_t *length);
/// The build of Windows, as 22631.
uint32_t program_system_build(void);
/// The services of drivers that run: one name after the other, each with a NUL.
uint32_t program_running_drivers(uint8_t **list, uint64_t *length);
enum program_service_states { PROGRAM_SERVICE_RUNNING, PROGRAM_SERVICE_STOPPED, PROGRAM_SERVICE_FAILED };
struct program_service {
  uint64_t process, started_at;
  uint32_t state;
  /// Behind the record, each with a NUL: the tunnel's name, its command, the file that its process runs.
  uint32_t length;
};
/// The services of tunnels: records with their texts, one after the other.
uint32_t program_tunnel_services(uint8_t **list, uint64_t *length);
uint32_t program_set_tunnel_command(const uint8_t *name, const uint8_t *command);
/// Both wait; one that is stopped, or runs, already is no error.
uint32_t program_stop_service(const uint8_t *name);
uint32_t program_start_service(const uint8_t *name);

// Driver and adapters: Glue/Control.

/// In the place of an older one; when it is to be exactly this one, of a newer one as well.
uint32_t program_install_driver(uint32_t is_exact);
uint32_t program_remove_driver(void);
/// The id's bytes in the order of the text.
uint32_t program_make_adapter(const uint8_t *name, const uint8_t id[16], void **adapter);
uint32_t program_open_adapter(const uint8_t *name, void **adapter);
void program_close_adapter(void *adapter);
/// One name after the other, each with a NUL.
uint32_t program_adapter_names(uint8_t **names, uint64_t *length);
uint32_t program_configure(void *adapter, const uint8_t *request, uint64_t length);
uint32_t program_configuration(void *adapter, uint8_t **bytes, uint64_t *length);
/// How far things are; ERROR_INVALID_FUNCTION when the driver does not know the question.
uint32_t program_observation(void *adapter, uint8_t **bytes, uint64_t *length);
uint32_t program_get_state(void *adapter, uint32_t *is_up);
uint32_t program_set_state(void *adapter, uint32_t is_up);
uint32_t program_set_logging(void *adapter, uint32_t is_on);
/// Keeps the last lines of the log in memory that administrators' processes can read; until the process ends.
/// ERROR_ALREADY_EXISTS when another process does.
uint32_t program_keep_log(const uint8_t *tunnel);
/// What another process keeps; ERROR_FILE_NOT_FOUND when none does.
uint32_t program_open_log(const uint8_t *tunnel);
/// Prints the lines that have come since; 1 as long as the other process runs.
uint32_t program_print_log(void);
/// Until the end is asked for.
uint32_t program_serve_control(void);

// Network: Glue/Network. Addresses are in the order of the network, of 4 or 16 bytes.

uint32_t program_has_interface(void *adapter, uint32_t is_v6);
/// An MTU of 0 leaves it as it is.
uint32_t program_set_interface(void *adapter, uint32_t is_v6, uint32_t mtu, uint32_t is_preferred);
uint32_t program_add_address(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length);
uint32_t program_add_route(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length);
uint32_t program_remove_address(void *adapter, uint32_t is_v6, const uint8_t *address, uint32_t length);
uint32_t program_remove_route(void *adapter, uint32_t is_v6, const uint8_t *prefix, uint32_t length);
/// PROGRAM_PREFIX_LENGTH bytes for each: the length of the prefix, and 16 of the address. Of routes, those that
/// programs have added.
enum { PROGRAM_PREFIX_LENGTH = 17 };
uint32_t program_addresses(void *adapter, uint32_t is_v6, uint8_t **list, uint64_t *length);
uint32_t program_routes(void *adapter, uint32_t is_v6, uint8_t **list, uint64_t *length);
/// The MTU of the interface that the family's best default route leads to, but for the adapter's; 0 without one.
uint32_t program_default_mtu(void *adapter, uint32_t is_v6, uint32_t *mtu);
uint32_t program_clear_interface(void *adapter, uint32_t is_v6);
/// Lists with commas.
uint32_t program_set_name_servers(void *adapter, uint32_t is_v6, const uint8_t *servers, const uint8_t *domains);
/// Up to 8 addresses of a host: the family, 4 or 6, and 16 bytes each.
enum { PROGRAM_ADDRESSES = 8, PROGRAM_ADDRESS_LENGTH = 17 };
uint32_t program_resolve(const uint8_t *host, uint8_t *addresses, uint32_t *count);

// What Swift does.

/// The program; returns its exit code.
uint32_t program_main(void);
/// The same, on the service manager's thread.
uint32_t program_service_main(void);
/// A connection of the text protocol to an adapter, and its end.
void *program_begin_connection(void *adapter);
void program_end_connection(void *connection);
enum program_wants { PROGRAM_WANTS_INPUT, PROGRAM_WANTS_ROOM, PROGRAM_WANTS_CLOSE };
/// Takes what was read and prints what is to be written. One of program_wants.
uint32_t program_receive(
    void *connection, const uint8_t *input, uint64_t length, uint32_t input_ends, uint8_t *output, uint64_t room,
    uint64_t *consumed, uint64_t *produced);
