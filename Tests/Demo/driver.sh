#!/usr/bin/env bash
# needletail.sys as a VPN driver: the image that Windows would load runs in the NT emulation, its protocol stack is a TUN
# device, and random files go over TCP through the tunnel to needletaild, to wireguard-go and to the kernel's WireGuard
# (in a guest), and back. One line a peer; every peer must have its line, or this fails.
#
#   DAEMON   the needletaild at the far end (the release build)
set -u
set -o pipefail
cd "$(dirname "$0")/../.." || exit 1
log=build/test/demo-driver.log
mkdir -p "$(dirname "$log")"

echo "needletail.sys: $(stat -c %s build/driver/x86_64/needletail.sys) bytes," \
  "sha256 $(sha256sum < build/driver/x86_64/needletail.sys | cut -c 1-16)..."
echo "tests are built, peers are made; at most 10 minutes"
NEEDLETAIL_DAEMON=${DAEMON:-$PWD/.build/release/needletaild} \
  timeout 600 swift test --filter 'InteropTests.Interop/DriverTests' 2>&1 < /dev/null \
  | tee "$log" | grep --line-buffered -a '^peer='
status=${PIPESTATUS[0]}

for peer in needletaild wireguard-go linux-kernel; do
  grep -aq "^peer=$peer bytes=[0-9]* sha256=match\$" "$log" && continue
  echo "demo-driver: no proof for $peer; the end of $log:"
  tail -n 25 "$log" | cut -c 1-300
  exit 1
done
if [ "$status" -ne 0 ]; then
  echo "demo-driver: the tests failed with status $status; see $log"
  exit 1
fi
