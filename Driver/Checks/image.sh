#!/bin/sh
# image.sh DIRECTORY PROCESSOR LISTS...: holds the driver linked in DIRECTORY to what a kernel image has to be. LISTS are
# the folders of what may be imported. Every rule prints what it found.
#   headers    native, Windows 10, relocatable, not executable data, signed images only; a checksum
#   sections   none both writable and executable
#   imports    exactly the lists in LISTS: nothing else, and nothing left over
#   unwinding  an entry for nine functions of ten; x86 has none, its functions keep frame pointers
#   registers  on x86 no floating-point and no vector register; on x86-64 none of AVX-512; on ARM64 not x18, which is
#              the system's
#   stack      the largest frame: of the Swift code on its own threads, of the glue at raised IRQL
#   share      how much of the code is Swift
set -eu
out=$1 processor=$2
shift 2
image=$out/needletail.sys
dump=${OBJDUMP:-llvm-objdump}
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
if [ "$processor" = i686 ]; then
  # There is no high entropy in an address space of 32 bits.
  expect 'DllCharacteristics[[:space:]]+000081c0'
  expect 'Magic[[:space:]]+010b'
else
  expect 'DllCharacteristics[[:space:]]+000081e0'
  expect 'Magic[[:space:]]+020b'
fi
printf '%s\n' "$headers" | grep -qE '^CheckSum[[:space:]]+0*$' && complain "headers: the checksum is zero"

# $(field TYPE OFFSET): a number of the image's headers.
field() { od -An -t"$1" -j"$2" -N"${1#?}" "$image" | tr -d ' '; }
header=$(field u4 60)
sections=$((header + 24 + $(field u2 $((header + 20)))))
for section in $(seq 0 $(($(field u2 $((header + 6))) - 1))); do
  flags=$(field u4 $((sections + 40 * section + 36)))
  [ $((flags & 0xa0000000)) -ne $((0xa0000000)) ] || complain "sections: number $section is writable code"
done

printf '%s\n' "$headers" | awk '
  /DLL Name:/ { dll = $3 }
  dll && NF == 2 && $1 ~ /^[0-9]+$/ { print dll, $2 }' | LC_ALL=C sort > "$out/imports.found"
for list in $(for folder; do ls "$folder"/*.def; done); do
  dll=$(basename "$list" .def)
  awk -v dll="$dll" '!/^;/ && $1 != "LIBRARY" && $1 != "EXPORTS" && NF {
    sub(/^@/, "", $1); sub(/@.*/, "", $1); print dll, $1 }' "$list"
done | LC_ALL=C sort > "$out/imports.wanted"
diff "$out/imports.wanted" "$out/imports.found" > "$out/imports.diff" ||
  complain "imports: not those of $* (< listed, > found): $(tr '\n' ' ' < "$out/imports.diff")"

# The map: one line for each piece of an object. Pieces of .text by size, and how many there are.
pieces=$(awk '$4 ~ /:\(\.text/ && $2 != "00000000" { print $2, $4 }' "$out/needletail.map")
share=$(printf '%s\n' "$pieces" | awk '
  function number(hex, n, i) { for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1; return n }
  { size = number($1); all += size; if ($2 !~ /\/glue\//) swift += size }
  END { printf "%d", swift * 100 / all }')
[ "$share" -ge "$swift_share_least" ] || complain "share: only $share % of the code is Swift"
functions=$(printf '%s\n' "$pieces" | wc -l)
case $processor in x86_64) entry_size=12 ;; aarch64) entry_size=8 ;; *) entry_size=0 ;; esac
entries=$("$dump" -h "$image" | awk '$2 == ".pdata" { print $3 }')
[ "$entry_size" -eq 0 ] || entries=$((0x${entries:-0} / entry_size))
[ "$entry_size" -eq 0 ] || [ "$entries" -ge $((functions * 9 / 10)) ] ||
  complain "unwinding: $entries entries for $functions pieces of code"

case $processor in
i686) forbidden='%[xyz]?mm[0-7]|%st' ;;
aarch64) forbidden='\b[xw]18\b' ;;
*) forbidden='%zmm' ;;
esac
found=$("$dump" -d --no-show-raw-insn "$image" | grep -cE "$forbidden") || true
[ "$found" -eq 0 ] || complain "registers: $found instructions use what a driver may not: $forbidden"

largest() { cat "$@" | awk -F'\t' '$2 > most { most = $2; name = $1 } END { sub(/^.*:/, "", name); print most, name }'; }
swift_frame=$(largest "$out"/*.su)
glue_frame=$(largest "$out"/glue/*.su)
[ "${swift_frame%% *}" -le "$swift_frame_most" ] || complain "stack: a Swift frame of $swift_frame"
[ "${glue_frame%% *}" -le "$glue_frame_most" ] || complain "stack: a frame of the glue of $glue_frame"

[ "$failed" -eq 0 ] || exit 1
echo "image $processor: $(wc -l < "$out/imports.found") imports, ${entries:-no} unwind entries for $functions functions, $share % Swift;" \
  "largest frames: Swift ${swift_frame%% *}, glue ${glue_frame%% *} bytes"
