#!/bin/sh
# library.sh DIRECTORY PROCESSOR: holds needletail.dll in DIRECTORY to what its users count on. Every rule prints what it
# found.
#   headers    a library, Windows 10, relocatable, not executable data; a checksum; no slots of thread-local storage
#   sections   none both writable and executable
#   exports    exactly those of needletail.def, under their plain names on x86 as well
#   imports    exactly the lists in Driver/Library/Imports: nothing beyond kernel32 and ntdll
#   stack      no frame of a page or more: nothing probes the stack
set -eu
out=$1 processor=$2
image=$out/needletail.dll
dump=${OBJDUMP:-llvm-objdump}
frame_most=4095
failed=0
complain() { echo "library: $1" >&2; failed=1; }

headers=$("$dump" -p "$image")
expect() { printf '%s\n' "$headers" | grep -qE "^$1" || complain "headers: no line '$1'"; }
expect 'Subsystem[[:space:]]+00000002'
expect 'MajorSubsystemVersion[[:space:]]+10$'
expect 'Characteristics 0x2[0-9a-f]*'
if [ "$processor" = i686 ]; then
  expect 'DllCharacteristics[[:space:]]+00000140'
else
  expect 'DllCharacteristics[[:space:]]+00000160'
fi
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
awk '$1 ~ /^WireGuard/ { print $1 }' Driver/Library/needletail.def | LC_ALL=C sort > "$out/exports.wanted"
[ "$(wc -l < "$out/exports.wanted")" -eq 12 ] || complain "exports: the list is not of twelve"
diff "$out/exports.wanted" "$out/exports.found" > "$out/exports.diff" ||
  complain "exports (< listed, > found): $(tr '\n' ' ' < "$out/exports.diff")"

printf '%s\n' "$headers" | awk '
  /DLL Name:/ { dll = $3 }
  /Export Table:/ { dll = "" }
  dll && NF == 2 && $1 ~ /^[0-9]+$/ { print dll, $2 }' | LC_ALL=C sort > "$out/imports.found"
for list in Driver/Library/Imports/*.def; do
  awk -v dll="$(basename "$list" .def)" '!/^;/ && $1 != "LIBRARY" && $1 != "EXPORTS" && NF { print dll, $1 }' "$list"
done | LC_ALL=C sort > "$out/imports.wanted"
diff "$out/imports.wanted" "$out/imports.found" > "$out/imports.diff" ||
  complain "imports (< listed, > found): $(tr '\n' ' ' < "$out/imports.diff")"

frame=$(cat "$out"/*.su "$out"/glue/*/*.su | awk -F'\t' '$2 > most { most = $2; name = $1 } END { sub(/^.*:/, "", name); print most, name }')
[ "${frame%% *}" -le "$frame_most" ] || complain "stack: a frame of $frame"

[ "$failed" -eq 0 ] || exit 1
echo "library $processor: 12 exports, $(wc -l < "$out/imports.found") imports, largest frame $frame bytes"
