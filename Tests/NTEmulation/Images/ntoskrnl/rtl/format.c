// printf's language as far as kernels speak it: d i u x X p c s, l ll z h I64, width, zeros, precision, wZ and ws.
#include <emulation.h>

struct sink {
  char *place;
  size_t capacity, length;
};

static void put(struct sink *sink, char c) {
  if (sink->length + 1 < sink->capacity) sink->place[sink->length] = c;
  sink->length++;
}

static void put_padded(struct sink *sink, const char *text, size_t length, int width, char fill, BOOLEAN left) {
  int padding = width > (int)length ? width - (int)length : 0;
  if (!left)
    for (; padding > 0; padding--) put(sink, fill);
  for (size_t i = 0; i < length; i++) put(sink, text[i]);
  for (; padding > 0; padding--) put(sink, ' ');
}

static void put_number(
    struct sink *sink, uint64_t value, unsigned base, BOOLEAN upper, BOOLEAN negative, int width, char fill,
    BOOLEAN left) {
  char digits[32];
  size_t at = sizeof digits;
  do {
    digits[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[value % base];
    value /= base;
  } while (value != 0);
  if (negative) digits[--at] = '-';
  put_padded(sink, digits + at, sizeof digits - at, width, fill, left);
}

static void put_wide(struct sink *sink, const WCHAR *text, size_t length) {
  for (size_t i = 0; i < length; i++) put(sink, text[i] < 0x80 ? (char)text[i] : '?');
}

int __cdecl _vsnprintf(char *place, size_t capacity, const char *format, va_list arguments) {
  struct sink sink = {place, capacity, 0};
  for (; *format != 0; format++) {
    if (*format != '%') {
      put(&sink, *format);
      continue;
    }
    BOOLEAN left = FALSE, wide = FALSE;
    char fill = ' ';
    int width = 0, precision = -1, longs = 0;
    format++;
    for (; *format == '-' || *format == '0'; format++) {
      left |= *format == '-';
      if (*format == '0') fill = '0';
    }
    for (; *format >= '0' && *format <= '9'; format++) width = 10 * width + (*format - '0');
    if (*format == '.') {
      precision = 0;
      if (*++format == '*') {
        precision = va_arg(arguments, int);
        format++;
      }
      for (; *format >= '0' && *format <= '9'; format++) precision = 10 * precision + (*format - '0');
    }
    if (format[0] == 'I' && format[1] == '6' && format[2] == '4') longs = 2, format += 3;
    for (; *format == 'l' || *format == 'z' || *format == 'h' || *format == 'w'; format++) {
      longs += *format == 'l' ? 1 : *format == 'z' ? 2 : 0;
      wide |= *format == 'w';
    }
    switch (*format) {
      case 'd':
      case 'i': {
        int64_t value = longs > 1 ? va_arg(arguments, int64_t) : va_arg(arguments, int);
        put_number(&sink, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10, FALSE, value < 0, width, fill, left);
        break;
      }
      case 'u':
      case 'x':
      case 'X': {
        uint64_t value = longs > 1 ? va_arg(arguments, uint64_t) : va_arg(arguments, unsigned);
        put_number(&sink, value, *format == 'u' ? 10 : 16, *format == 'X', FALSE, width, fill, left);
        break;
      }
      case 'p':
        put_number(&sink, (uint64_t)va_arg(arguments, void *), 16, FALSE, FALSE, 16, '0', FALSE);
        break;
      case 'c':
        put(&sink, (char)va_arg(arguments, int));
        break;
      case 'Z': {
        const UNICODE_STRING *text = va_arg(arguments, const UNICODE_STRING *);
        if (text != NULL && wide) put_wide(&sink, text->Buffer, text->Length / 2);
        break;
      }
      case 's':
      case 'S': {
        if (wide || longs == 1 || *format == 'S') {
          const WCHAR *text = va_arg(arguments, const WCHAR *);
          put_wide(&sink, text, wcslen(text));
          break;
        }
        const char *text = va_arg(arguments, const char *);
        if (text == NULL) text = "(null)";
        size_t length = 0;
        while ((precision < 0 || length < (size_t)precision) && text[length] != 0) length++;
        put_padded(&sink, text, length, width, ' ', left);
        break;
      }
      case 0:
        format--;
        break;
      default:
        put(&sink, *format);
    }
  }
  if (capacity != 0) place[sink.length < capacity ? sink.length : capacity - 1] = 0;
  return (int)sink.length;
}

int __cdecl _snprintf(char *place, size_t capacity, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = _vsnprintf(place, capacity, format, arguments);
  va_end(arguments);
  return length;
}
