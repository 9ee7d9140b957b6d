#!/usr/bin/env bash
# run.sh COUNT SWIFT-FLAGS...: plays COUNT transcripts, and replays each to needletaild and to needletail.sys in the
# emulated kernel: all three must answer with the same bytes at the same times (Docs/Transcript.md). Then replays them to
# a driver one of whose timers is 100 ns late, which must not go unnoticed. Needs root, for a network namespace.
set -eu
cd "$(dirname "$0")/../.."
count=$1
shift
out=build/transcript
space=nt-transcript-$$
first=$((${NEEDLETAIL_SEED:-1} % 1000000007))
first=${first#-}
mkdir -p "$out"

swift build -c release "$@" --product simulate
swift build -c release "$@" --product needletaild
make --no-print-directory driver emulation ARCH=x86_64
make --no-print-directory -f Tests/Transcript/changed.mk
clang=$(dirname "$(realpath "$(command -v swiftc)")")/clang
flags="-std=gnu11 -O2 -Wall -Wextra -Werror"
# shellcheck disable=SC2086
"$clang" $flags -shared -fPIC -o $out/clock.so Tests/Transcript/clock.c
# shellcheck disable=SC2086
"$clang" $flags -o $out/transcript-linux Tests/Transcript/linux.c Tests/Transcript/replay.c

trap 'ip netns del $space 2> /dev/null || true' EXIT
trap 'exit 130' INT TERM HUP
ip netns add "$space"
ip -n "$space" link set lo up

to_linux() {
  timeout 120 ip netns exec "$space" $out/transcript-linux "$1" .build/release/needletaild "$PWD/$out/clock.so"
}
to_driver() { timeout 120 build/nt-emulation/nt-transcript build/nt-emulation "$2" "$1"; }

found=0
for ((seed = first; seed < first + count; seed++)); do
  script=$out/script.$seed
  .build/release/simulate --transcript "$seed" > "$script"
  if ! to_linux "$script" || ! to_driver "$script" build/driver/x86_64/needletail.sys; then
    echo "transcript: FAIL: seed $seed; the script is $script"
    exit 1
  fi
  to_driver "$script" build/driver-changed/needletail.sys > "$out/changed.log" 2>&1 || found=$((found + 1))
  rm "$script"
done
echo "transcript: $count seeds from $first the same in all hosts; a timer 100 ns late was noticed in $found of them"
[ "$found" -gt 0 ]
