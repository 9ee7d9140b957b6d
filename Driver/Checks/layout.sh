#!/bin/sh
# layout.sh CLANG SWIFT-TRIPLE WINDOWS-TRIPLE DIRECTORY: every structure of Include/shell has the same offsets for both.
# First there is a canary among them that has to be found: a 64-bit field has another place on Windows where pointers have
# 32 bits, and elsewhere Windows has a shorter long.
set -eu
clang=$1 swift=$2 windows=$3 out=$4
canary='struct shell_canary { char first; long long second; long third, fourth; };
  unsigned canary_size = sizeof(struct shell_canary);'
layouts() {
  { cat Driver/Checks/layout.c; echo "$2"; } |
    "$clang" -target "$1" -ffreestanding -std=gnu11 -I Driver/Kernel/Include \
    -Xclang -fdump-record-layouts-complete -fsyntax-only -Wall -Wextra -Werror -x c - > "$out/layout.all" || exit 1
  awk -v RS= '/struct shell_/' "$out/layout.all"
}
compare() {
  layouts "$swift" "$1" > "$out/layout.swift" && layouts "$windows" "$1" > "$out/layout.windows" || exit 1
  cmp -s "$out/layout.swift" "$out/layout.windows"
}
if compare "$canary"; then echo "layout: the canary was not found" >&2; exit 1; fi
if ! compare ''; then
  echo "layout: $swift (<) and $windows (>) differ:" >&2
  diff "$out/layout.swift" "$out/layout.windows" >&2 || true
  exit 1
fi
count=$(grep -c '^ *0 | struct shell_[a-z]*$' "$out/layout.swift") || true
[ "$count" -ge 4 ] || { echo "layout: only $count structures found" >&2; exit 1; }
echo "layout: $count structures have the same offsets for $swift and $windows"
