#!/bin/sh
# run.sh SECONDS: libFuzzer over every boundary where bytes from outside come in, from the seeds and the kept inputs on.
# What it finds lies in build/fuzz: `corpus` holds the inputs that reach something new, `found` those that trap. To keep
# some for ever, append them to Tests/Fuzz/Corpus/inputs with `base64 -w0`.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:?usage: run.sh SECONDS}
export SWIFT_BACKTRACE=enable=no
swift build --product fuzz
swift build -c release --traits Fuzzing --sanitize fuzzer --scratch-path .build-fuzz --product fuzz
mkdir -p build/fuzz/corpus build/fuzz/found
.build/debug/fuzz build/fuzz/corpus
timeout $((seconds + 60)) .build-fuzz/release/fuzz -max_total_time="$seconds" -max_len=1024 -timeout=20 \
  -seed=$((${NEEDLETAIL_SEED:-1} % 4294967295 + 1)) -artifact_prefix=build/fuzz/found/ -print_final_stats=1 \
  build/fuzz/corpus > build/fuzz/log 2>&1 || { grep -v dictionary build/fuzz/log | tail -n 40; exit 1; }
runs=$(awk '/number_of_executed_units/ { print $2 }' build/fuzz/log)
echo "fuzz: $runs runs in $seconds s"
# A fuzzer that is not called finds nothing.
[ "$runs" -gt 1000 ]
