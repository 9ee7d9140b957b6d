#!/bin/sh
# actions.sh DIRECTORY PROCESSOR: holds CustomActions.dll in DIRECTORY to what Windows Installer and we count on.
#   headers    a library, Windows 10, relocatable, not executable data; a checksum; no slots of thread-local storage
#   exports    exactly those of CustomActions.def, under their plain names on x86 as well
#   imports    nothing beyond the lists in Installer/CustomActions/Imports
#   stack      no frame of a page or more: nothing probes the stack
set -eu
out=$1 processor=$2
image=$out/CustomActions.dll
dump=${OBJDUMP:-llvm-objdump}
frame_most=4095
failed=0
complain() { echo "installer: $1" >&2; failed=1; }

headers=$("$dump" -p "$image")
expect() { printf '%s\n' "$headers" | grep -qE "^$1" || complain "headers: no line '$1'"; }
expect 'Subsystem[[:space:]]+00000002'
expect 'MajorSubsystemVersion[[:space:]]+10$'
case $processor in
  i686) expect 'DllCharacteristics[[:space:]]+00000140' ;;
  *) expect 'DllCharacteristics[[:space:]]+00000160' ;;
esac
printf '%s\n' "$headers" | grep -qE '^CheckSum[[:space:]]+0*$' && complain "headers: the checksum is zero"
directory() { printf '%s\n' "$headers" | awk -v name="$1" '/^Entry / && index($0, name) { print $3, $4 }'; }
case $(directory 'Thread Storage') in '00000000 '*|'0000000000000000 '*) ;; *) complain "headers: thread-local storage" ;; esac
case $(directory 'Base Relocation') in *' 00000000') complain "headers: no relocations" ;; esac

printf '%s\n' "$headers" | awk '/Export Table:/ { on = 1 } on && NF == 3 && $1 ~ /^[0-9]+$/ { print $3 }' |
  LC_ALL=C sort > "$out/exports.found"
awk 'NR > 2 { print $1 }' Installer/CustomActions/CustomActions.def | LC_ALL=C sort > "$out/exports.wanted"
diff "$out/exports.wanted" "$out/exports.found" > "$out/exports.diff" ||
  complain "exports (< listed, > found): $(tr '\n' ' ' < "$out/exports.diff")"

printf '%s\n' "$headers" | awk '
  /DLL Name:/ { dll = $3 }
  /Export Table:/ { dll = "" }
  dll && NF == 2 && $1 ~ /^[0-9]+$/ { print dll, $2 }' | LC_ALL=C sort > "$out/imports.found"
for list in Installer/CustomActions/Imports/*.def; do
  awk -v dll="$(basename "$list" .def)" '!/^;/ && $1 != "LIBRARY" && $1 != "EXPORTS" && NF { print dll, $1 }' "$list"
done | LC_ALL=C sort > "$out/imports.wanted"
comm -13 "$out/imports.wanted" "$out/imports.found" > "$out/imports.beyond"
[ -s "$out/imports.found" ] || complain "imports: none"
[ ! -s "$out/imports.beyond" ] || complain "imports that no list has: $(tr '\n' ' ' < "$out/imports.beyond")"

frame=$(cat "$out"/*.su "$out"/glue/*.su | awk -F'\t' '$2 > most { most = $2; name = $1 } END { sub(/^.*:/, "", name); print most, name }')
[ "${frame%% *}" -le "$frame_most" ] || complain "stack: a frame of $frame"

[ "$failed" -eq 0 ] || exit 1
echo "installer $processor: $(wc -l < "$out/exports.found") exports, $(wc -l < "$out/imports.found") imports, largest frame $frame bytes"
