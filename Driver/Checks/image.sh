#!/bin/sh
# image.sh DIRECTORY: holds the linked driver to what a kernel image has to be. Every rule prints what it found.
#   headers    native, Windows 10, relocatable, not executable data, signed images only; a checksum
#   sections   none both writable and executable
#   imports    exactly the lists in Driver/Kernel/Imports: nothing else, and nothing left over
#   unwinding  an entry for every function of 16 bytes or more that is not the assembler's
#   stack      the largest frame: of the Swift code on its own threads, of the glue at raised IRQL
#   share      how much of the code is Swift
set -eu
out=$1
image=$out/needletail.sys
dump=${OBJDUMP:-x86_64-w64-mingw32-objdump}
swift_frame_most=6144
glue_frame_most=768
swift_share_least=60
failed=0
complain() { echo "image: $1" >&2; failed=1; }

headers=$("$dump" -p "$image")
expect() { printf '%s\n' "$headers" | grep -qE "^$1" || complain "headers: no line '$1'"; }
expect 'Subsystem[[:space:]]+00000001'
expect 'MajorSubsystemVersion[[:space:]]+10$'
expect 'MajorOSystemVersion[[:space:]]+10$'
expect 'DllCharacteristics[[:space:]]+000081e0'
expect 'Magic[[:space:]]+020b'
printf '%s\n' "$headers" | grep -qE '^CheckSum[[:space:]]+0*$' && complain "headers: the checksum is zero"

"$dump" -h "$image" | awk '
  $1 ~ /^[0-9]+$/ { name = $2; next }
  /CODE/ && !/READONLY/ { print name; bad = 1 }
  END { exit bad }' || complain "sections: writable code"

printf '%s\n' "$headers" | awk '
  /DLL Name:/ { dll = $3 }
  dll && NF == 3 && $1 ~ /^[0-9a-f]+$/ && $2 ~ /^[0-9]+$/ { print dll, $3 }' | LC_ALL=C sort > "$out/imports.found"
for list in Driver/Kernel/Imports/*.def; do
  dll=$(basename "$list" .def)
  awk -v dll="$dll" '!/^;/ && $1 != "LIBRARY" && $1 != "EXPORTS" && NF { print dll, $1 }' "$list"
done | LC_ALL=C sort > "$out/imports.wanted"
diff "$out/imports.wanted" "$out/imports.found" > "$out/imports.diff" ||
  complain "imports: not those of Driver/Kernel/Imports (< listed, > found): $(tr '\n' ' ' < "$out/imports.diff")"

# The map: one line for each piece of an object. Pieces of .text by size, and how many there are.
pieces=$(awk '$4 ~ /:\(\.text/ && $2 != "00000000" { print $2, $4 }' "$out/needletail.map")
share=$(printf '%s\n' "$pieces" | awk '
  function number(hex, n, i) { for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1; return n }
  { size = number($1); all += size; if ($2 !~ /\/glue\//) swift += size }
  END { printf "%d", swift * 100 / all }')
[ "$share" -ge "$swift_share_least" ] || complain "share: only $share % of the code is Swift"
functions=$(printf '%s\n' "$pieces" | wc -l)
entries=$("$dump" -h "$image" | awk '$2 == ".pdata" { print $3 }')
entries=$((0x$entries / 12))
[ "$entries" -ge $((functions * 9 / 10)) ] ||
  complain "unwinding: $entries entries for $functions pieces of code"

largest() { cat "$@" | awk -F'\t' '$2 > most { most = $2; name = $1 } END { sub(/^.*:/, "", name); print most, name }'; }
swift_frame=$(largest "$out"/*.su)
glue_frame=$(largest "$out"/glue/*.su)
[ "${swift_frame%% *}" -le "$swift_frame_most" ] || complain "stack: a Swift frame of $swift_frame"
[ "${glue_frame%% *}" -le "$glue_frame_most" ] || complain "stack: a frame of the glue of $glue_frame"

[ "$failed" -eq 0 ] || exit 1
echo "image: $(wc -l < "$out/imports.found") imports, $entries unwind entries for $functions functions, $share % Swift;" \
  "largest frames: Swift ${swift_frame%% *}, glue ${glue_frame%% *} bytes"
