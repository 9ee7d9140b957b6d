// Messages for whoever loaded the library.
#pragma once

#include "../../Include/needletail.h"

/// A message with the present time, in the format of wsprintf's relatives; nothing longer than 500 characters.
void log_message(WIREGUARD_LOGGER_LEVEL level, const WCHAR *format, ...);
/// The same as an error, with the number and Windows' words for `error` behind it. Returns `error`.
DWORD log_error(DWORD error, const WCHAR *format, ...);
/// A finished message with its own time.
void log_line(WIREGUARD_LOGGER_LEVEL level, DWORD64 timestamp_100ns, const WCHAR *line);
/// Text and a NUL into room for `count` units, cut if need be. Returns its length.
int text_format(WCHAR *room, int count, const WCHAR *format, ...);
