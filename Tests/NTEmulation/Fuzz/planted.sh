#!/bin/sh
# The fuzzer must find the mistake of planted.mk in a million calls, wherever it begins, by a fault in the driver.
set -u
cd "$(dirname "$0")/../../.." || exit 1
make --no-print-directory -f Tests/NTEmulation/Fuzz/planted.mk || exit 1
for seed in 1 1000000000 2000000000; do
  found=$(build/nt-emulation/nt-fuzz build/nt-emulation build/driver-planted/needletail.sys $seed 1000000 2>&1)
  if [ $? = 3 ] && echo "$found" | grep -q '^nt: FAIL .*signal 11 .*code needletail.sys'; then
    echo "planted mistake: $(echo "$found" | grep '^FOUND')"
  else
    echo "$found"
    echo "the planted mistake was not found"
    exit 1
  fi
done
