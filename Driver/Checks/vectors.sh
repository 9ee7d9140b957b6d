#!/bin/sh
# vectors.sh DIRECTORY: no instruction stands where a processor may lack it: what needs AVX2 or BMI2 only in the object
# of the AVX2 kernel, what needs SSSE3 only in that of the SSSE3 kernel, and nothing of SSE4 anywhere.
set -eu
out=$1
image=$out/needletail.sys
dump=${OBJDUMP:-x86_64-w64-mingw32-objdump}

base=$("$dump" -p "$image" | awk '$1 == "ImageBase" { print $2 }')
awk '$4 ~ /Cryptography(AVX2|SSSE3)\.obj:\(\.text/ && $2 != "00000000" {
  print "piece", $1, $2, $4 ~ /CryptographyAVX2\.obj/ ? "AVX2" : "SSSE3"
}' "$out/needletail.map" > "$out/vectors.pieces"
{ cat "$out/vectors.pieces"; "$dump" -d --no-show-raw-insn "$image"; } | awk -v base="$base" '
  function number(hex, n, i) {
    for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
    return n
  }
  function place(address, i) {
    for (i = 1; i <= pieces; i++) if (address >= start[i] && address < end[i]) return kernel[i]
    return "every processor"
  }
  BEGIN { first = number(base) }
  $1 == "piece" { kernel[++pieces] = $4; start[pieces] = number($2); end[pieces] = start[pieces] + number($3); next }
  $1 !~ /^[0-9a-f]+:$/ { next }
  { needs = "" }
  $2 ~ /^v/ && $2 !~ /^ver[rw]/ { needs = "AVX2" }
  $2 ~ /^(mulx|rorx|sarx|shlx|shrx|pdep|pext|bzhi|andn|bextr|bls(i|r|msk))[lq]?$/ { needs = "AVX2" }
  $2 ~ /^(pshufb|palignr|ph(add|sub)s?[wd]+|pmaddubsw|pmulhrsw|psign[bwd]|pabs[bwd])$/ { needs = "SSSE3" }
  $2 ~ /^(p?blend|pinsr[bdq]|pextr[bdq]|pmov[sz]x|pm(in|ax)(s[bd]|u[wd])|pmul(ld|dq)|ptest|pcmp(eqq|gtq|[ei]str))/ ||
    $2 ~ /^(round[ps]|extractps|insertps|packusdw|popcnt|crc32)/ { needs = "SSE4" }
  needs == "" { next }
  {
    where = place(number(substr($1, 1, length($1) - 1)) - first)
    if (where == needs) { found[where]++; next }
    if (wrong++ < 5) print "vectors: " $2 " needs " needs ", in code for " where ", at " $1
  }
  END {
    if (!found["AVX2"] || !found["SSSE3"]) { print "vectors: a kernel has none of its instructions"; exit 1 }
    if (wrong) exit 1
    print "vectors: " found["AVX2"] " AVX2 and " found["SSSE3"] " SSSE3 instructions, all in their kernels"
  }'
