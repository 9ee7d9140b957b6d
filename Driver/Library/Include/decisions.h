// What the library's glue asks of its Swift side. Fixed widths only: Swift is compiled for a target of another data
// model.
#pragma once

#include <stdint.h>

/// The driver's way into the store: storage for the decisions, which only Swift looks into.
struct installation {
  uint64_t storage[8];
};
enum installation_steps {
  INSTALLATION_SURVEY,
  INSTALLATION_DISABLE,
  INSTALLATION_AWAIT_UNLOAD,
  INSTALLATION_KEEP,
  INSTALLATION_REMOVE,
  INSTALLATION_ADD,
  INSTALLATION_START,
  INSTALLATION_WITHDRAW,
  INSTALLATION_PUT_BACK,
  INSTALLATION_ENABLE,
  INSTALLATION_DONE,
  INSTALLATION_FAILED,
};
/// `is_exact`: packages that are newer than ours are replaced as well.
void installation_begin(struct installation *installation, uint64_t date, uint64_t number, uint32_t is_exact);
/// 1 when a package of this version is to be replaced.
uint32_t installation_replaces(const struct installation *installation, uint64_t date, uint64_t number);
/// Takes note of a package in the store.
void installation_consider(struct installation *installation, uint64_t date, uint64_t number);
/// One of installation_steps.
uint32_t installation_step(const struct installation *installation);
/// 1 after a step that failed; how the steps of undoing end is nobody's error.
uint32_t installation_is_undoing(const struct installation *installation);
void installation_finish(struct installation *installation, uint32_t has_succeeded);

/// A reader of the log, in the same way.
struct log_reader {
  uint64_t storage[2];
};
enum log_reader_moves { LOG_READER_READ, LOG_READER_REOPEN, LOG_READER_END };
void log_reader_begin(struct log_reader *reader);
/// One of log_reader_moves.
uint32_t log_reader_line(struct log_reader *reader);
/// One of log_reader_moves; `pause_ms` is how long to wait before a device is opened again.
uint32_t log_reader_fail(struct log_reader *reader, uint32_t error, uint32_t is_wanted, uint32_t *pause_ms);
enum { LOG_INFORMATION, LOG_WARNING, LOG_ERROR, LOG_NO_LINE };
/// What a line's first byte stands for.
uint32_t log_line_level(uint8_t first);
enum { LOG_MODE_OFF, LOG_MODE_ON, LOG_MODE_PREFIXED, LOG_MODE_NONE };
/// The mode of an argument, or LOG_MODE_NONE.
uint32_t log_mode(uint32_t argument);

/// 1 when a name or tunnel type of so many units is one.
uint32_t name_is_fit(uint64_t length);
enum { NAME_ROOM = 128, NAME_ATTEMPTS = 1000 };
/// "name 7" into 128 units, with a NUL. The length is fit, the number at most NAME_ATTEMPTS.
void name_numbered(const uint16_t *name, uint64_t length, uint32_t number, uint16_t *output);

uint64_t adapter_luid(uint32_t index, uint32_t type);
uint32_t adapter_is_orphan(uint32_t has_status, uint32_t problem);
enum { ADAPTER_DOWN, ADAPTER_UP, ADAPTER_NO_STATE };
/// The state of an argument, or ADAPTER_NO_STATE.
uint32_t adapter_state(uint32_t argument);
enum native_ways { NATIVE_ITSELF, NATIVE_HELPER, NATIVE_NOBODY };
/// One of native_ways: who does what Windows lets native code alone do (IMAGE_FILE_MACHINE_*). `is_redirected` is 1
/// when the helper's program lies in Sysnative.
uint32_t native_way(uint32_t process_machine, uint32_t native_machine, uint32_t image_machine, uint32_t *is_redirected);
/// Reads an INF's DriverVer, "11/28/2026,0.1.0.0". 0 when it is not one.
uint32_t driver_version_parse(const uint16_t *text, uint64_t length, uint64_t *date, uint64_t *number);
/// What a program is told of a running driver's version; 0 when there is nothing to tell.
uint32_t driver_version_told(uint64_t file_version);

// What a helper and the library that has asked it say to each other. Lengths and places are in units of UTF-16.

enum { ANSWER_ROOM = 270, ANSWER_TEXT_ROOM = 260, HELPER_LINE_ROOM = 528, HELPER_LINE_TEXT_ROOM = 501 };
/// An answer into ANSWER_ROOM units. Returns its length.
uint64_t helper_answer_print(uint32_t error, const uint16_t *text, uint64_t length, uint16_t *output);
/// 0 when it is none. Its text has fewer than ANSWER_TEXT_ROOM units.
uint32_t helper_answer_parse(
    const uint16_t *answer, uint64_t length, uint32_t *error, uint64_t *start, uint64_t *count);
/// 0 when a text is no number.
uint32_t helper_number(const uint16_t *text, uint64_t length, uint32_t *number);
/// 0 when a command line's end is no argument.
uint32_t helper_argument(const uint16_t *line, uint64_t length, uint64_t *start, uint64_t *count);
/// A line for the log into HELPER_LINE_ROOM units, with LOG_INFORMATION and so on. Returns its length.
uint64_t helper_line_print(
    uint32_t level, uint64_t time_100ns, const uint16_t *text, uint64_t length, uint16_t *output);
/// The next line from `place` on, which moves behind it; 0 at the end. Its text has fewer than HELPER_LINE_TEXT_ROOM
/// units.
uint32_t helper_line_next(const uint16_t *log, uint64_t length, uint64_t *place, uint32_t *level, uint64_t *time_100ns,
    uint64_t *start, uint64_t *count);

enum duration { DURATION_START, DURATION_UNLOAD, DURATION_UNLOAD_INTERVAL };
/// A limit, in milliseconds.
uint32_t duration_ms(uint32_t which);
