#!/bin/sh
# user.sh DIRECTORY PROCESSOR IMAGE IMPORTS [EXPORTS]: holds an IMAGE for user mode in DIRECTORY to what its users count on:
# needletail.dll and its helper, which export what EXPORTS lists, and needletail.exe. IMPORTS is the folder of the lists of what may be
# imported. Every rule prints what it found.
#   headers    a library or a program, Windows 10, relocatable, not executable data; a checksum; no slots of thread-local storage
#   sections   none both writable and executable
#   exports    exactly those of the list, under their plain names on x86 as well; a program has none
#   imports    exactly the lists: nothing beyond kernel32 and ntdll
#   stack      no frame of a page or more: nothing probes the stack
set -eu
out=$1 processor=$2 image=$1/$3 lists=$4 exports=${5:-/dev/null}
dump=${OBJDUMP:-llvm-objdump}
frame_most=4095
failed=0
complain() { echo "$image: $1" >&2; failed=1; }

headers=$("$dump" -p "$image")
expect() { printf '%s\n' "$headers" | grep -qE "^$1" || complain "headers: no line '$1'"; }
if [ "$exports" = /dev/null ]; then
  expect 'Subsystem[[:space:]]+00000003'
else
  expect 'Subsystem[[:space:]]+00000002'
  expect 'Characteristics 0x2[0-9a-f]*'
fi
expect 'MajorSubsystemVersion[[:space:]]+10$'
# A program knows of terminal servers besides: 0x8000.
flags=0160
[ "$processor" != i686 ] || flags=0140
[ "$exports" != /dev/null ] || flags=8${flags#0}
expect "DllCharacteristics[[:space:]]+0000$flags"
printf '%s\n' "$headers" | grep -qE '^CheckSum[[:space:]]+0*$' && complain "headers: the checksum is zero"
# $(directory NAME): the address and the size in the image's table of parts.
directory() { printf '%s\n' "$headers" | awk -v name="$1" '/^Entry / && index($0, name) { print $3, $4 }'; }
case $(directory 'Thread Storage') in '00000000 '*|'0000000000000000 '*) ;; *) complain "headers: thread-local storage" ;; esac
case $(directory 'Base Relocation') in *' 00000000') complain "headers: no relocations" ;; esac
case $(directory 'Resource Directory') in *' 00000000') complain "headers: no resources" ;; esac

# $(field TYPE OFFSET): a number of the image's headers.
field() { od -An -t"$1" -j"$2" -N"${1#?}" "$image" | tr -d ' '; }
header=$(field u4 60)
sections=$((header + 24 + $(field u2 $((header + 20)))))
for section in $(seq 0 $(($(field u2 $((header + 6))) - 1))); do
  flags=$(field u4 $((sections + 40 * section + 36)))
  [ $((flags & 0xa0000000)) -ne $((0xa0000000)) ] || complain "sections: number $section is writable code"
done

printf '%s\n' "$headers" | awk '/Export Table:/ { on = 1 } on && NF == 3 && $1 ~ /^[0-9]+$/ { print $3 }' |
  LC_ALL=C sort > "$out/exports.found"
awk 'NF == 1 && $1 != "EXPORTS" { print $1 }' "$exports" | LC_ALL=C sort > "$out/exports.wanted"
[ "$3" != needletail.dll ] || [ "$(wc -l < "$out/exports.wanted")" -eq 12 ] || complain "exports: the list is not of twelve"
diff "$out/exports.wanted" "$out/exports.found" > "$out/exports.diff" ||
  complain "exports (< listed, > found): $(tr '\n' ' ' < "$out/exports.diff")"

printf '%s\n' "$headers" | awk '
  /DLL Name:/ { dll = $3 }
  /Export Table:/ { dll = "" }
  dll && NF == 2 && $1 ~ /^[0-9]+$/ { print dll, $2 }' | LC_ALL=C sort > "$out/imports.found"
for list in "$lists"/*.def; do
  awk -v dll="$(basename "$list" .def)" '!/^;/ && $1 != "LIBRARY" && $1 != "EXPORTS" && NF { print dll, $1 }' "$list"
done | LC_ALL=C sort > "$out/imports.wanted"
diff "$out/imports.wanted" "$out/imports.found" > "$out/imports.diff" ||
  complain "imports (< listed, > found): $(tr '\n' ' ' < "$out/imports.diff")"

frame=$(find "$out" -name '*.su' -exec cat {} + | awk -F'\t' '$2 > most { most = $2; name = $1 } END { sub(/^.*:/, "", name); print most, name }')
[ "${frame%% *}" -le "$frame_most" ] || complain "stack: a frame of $frame"

[ "$failed" -eq 0 ] || exit 1
echo "$3 $processor: $(wc -l < "$out/exports.found") exports, $(wc -l < "$out/imports.found") imports, largest frame $frame bytes"
