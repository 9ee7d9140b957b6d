#!/bin/sh
# run.sh: checks that no branch and no address in needletail.sys depends on a secret, and that leaks planted in it are
# found. After `make driver emulation ARCH=x86_64`; needs valgrind. Says "constant time of the driver: all passed".
set -u
cd "$(dirname "$0")/../../.." || exit 1
out=build/nt-emulation
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# As in Tests/ConstantTime: this valgrind cannot read the toolchain's debug information.
strip --strip-debug -o $out/nt-constant-time.stripped $out/nt-constant-time || exit 1

# check DIRECTORY: the driver in it, under memcheck.
check() {
  timeout 300 valgrind --quiet --error-limit=no $out/nt-constant-time.stripped $out "$1/needletail.sys" \
    "$1/needletail.map" 2>"$log"
}

if ! check build/driver/x86_64; then
  cat "$log" >&2
  exit 1
fi
make --no-print-directory -f Tests/NTEmulation/ConstantTime/planted.mk planted || exit 1
found=$(check build/driver-leaks | grep '^FAILED')
for leak in "kernel portable opens" "kernel SSSE3 opens" "kernel AVX2 opens" X25519; do
  if [ "$leak" = "kernel AVX2 opens" ] && ! grep -q -w avx2 /proc/cpuinfo; then continue; fi
  echo "$found" | grep "^FAILED: $leak, " || { echo "the leak planted in $leak was not found"; exit 1; }
done
echo "planted leaks: all found"
