#!/bin/sh
# Compiles the cryptography as Embedded Swift for three processor families and runs it: natively, and under qemu where it
# is installed (Debian: qemu-user). Each must print the same digest. Needs ld.lld (Debian: lld, or the toolchain's).
set -eu
cd "$(dirname "$0")/../.."
# Computed once on x86-64 by code whose every part is compared with libsodium and published vectors in CryptographyTests.
expected=f757774650ef69951d6ae53d65547119a02c19ea86abf750318f51ac373afcb1
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
printf 'module COctets { header "%s/Sources/COctets/include/COctets.h" export * }\n' "$PWD" >"$work/module.modulemap"
failed=0
ran=0

# check SWIFT-TARGET C-TARGET RUNNER [C-FLAG …]
check() {
  swift_target=$1 c_target=$2 runner=$3
  shift 3
  if [ -n "$runner" ] && ! command -v "$runner" >/dev/null; then
    echo "$swift_target: skipped, $runner is not installed"
    return
  fi
  flags="-swift-version 6 -wmo -parse-as-library -O -package-name needletail -target $swift_target -I $work
    -enable-experimental-feature Embedded -enable-experimental-feature Lifetimes -enable-experimental-feature AddressableParameters
    -enable-upcoming-feature InternalImportsByDefault -Xfrontend -disable-stack-protector"
  for module in Octets Cryptography; do
    sources=$(find "Sources/$module" -name '*.swift')
    # File names have no blanks: the words are the files.
    swiftc $flags -module-name $module -emit-module -o "$work/$module.swiftmodule" $sources
    swiftc $flags -module-name $module -c -o "$work/$module.o" $sources
  done
  swiftc $flags -module-name Digest -c -o "$work/Digest.o" Tests/Portability/Digest.swift
  clang --target="$c_target" "$@" -O2 -ffreestanding -fno-stack-protector -fno-pic -c -o "$work/start.o" \
    Tests/Portability/start.c
  ld.lld -static -o "$work/digest" "$work/start.o" "$work/Digest.o" "$work/Cryptography.o" "$work/Octets.o"
  printed=$($runner "$work/digest")
  ran=$((ran + 1))
  if [ "$printed" = "$expected" ]; then
    echo "$swift_target: passed"
  else
    echo "$swift_target: FAILED, printed $printed"
    failed=1
  fi
}

machine=$(uname -m)
emulator() { [ "$machine" = "$1" ] || echo "$2"; }
check x86_64-unknown-none-elf x86_64-linux-gnu "$(emulator x86_64 qemu-x86_64)"
check aarch64-none-none-elf aarch64-linux-gnu "$(emulator aarch64 qemu-aarch64)"
check i686-unknown-none-elf i686-linux-gnu qemu-i386 -msse2
[ "$ran" -gt 0 ] && [ "$failed" -eq 0 ] && echo "portability: all passed"
