#!/bin/sh
# Checks that no branch and no address depends on a secret: builds check-constant-time for release and runs it under
# memcheck, and the kernels that it does not know step by step. Needs valgrind and python3 (Debian: valgrind, python3). Says
# "constant time: all passed" and "trace: all passed", and exits 0, or fails.
set -eu
cd "$(dirname "$0")/../.."
swift build -c release --product check-constant-time "$@"
binary="$(swift build -c release --product check-constant-time --show-bin-path "$@")/check-constant-time"
# The toolchain's debug information is newer than some valgrinds: without it there are only addresses, and nothing else
# is lost. A crash must end the run, not start a backtracer under memcheck.
stripped="$(mktemp)"
trap 'rm -f "$stripped"' EXIT
strip --strip-debug -o "$stripped" "$binary"
chmod +x "$stripped"
exec_status=0
SWIFT_BACKTRACE=enable=no valgrind --quiet --error-limit=no "$stripped" 2>"$stripped.log" || exec_status=$?
# Show what memcheck saw only when the check failed: the canaries make reports of their own.
if [ "$exec_status" -ne 0 ]; then
  cat "$stripped.log" >&2
fi
rm -f "$stripped.log"
[ "$exec_status" -eq 0 ] || exit "$exec_status"
# What valgrind does not know, the processor itself runs, a step at a time.
[ "$(uname -m)" != x86_64 ] || python3 Tests/ConstantTime/trace.py "$binary"
