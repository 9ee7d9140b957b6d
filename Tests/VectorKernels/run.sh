#!/bin/sh
# Checks that code compiled for particular vector instructions stays in its modules. They may define no function that the
# linker shares with other modules: it would keep one copy of several, perhaps the one an older processor crashes on.
# x86-64 only. Arguments go to `swift build`.
set -eu
cd "$(dirname "$0")/../.."
[ "$(uname -m)" = x86_64 ] || { echo "vector kernels: none on this processor family"; exit 0; }
swift build -c release --target Cryptography "$@"
bin="$(swift build -c release --show-bin-path "$@")"
for module in CryptographySSSE3 CryptographyAVX2 CryptographyAVX512; do
  symbols="$(nm "$bin/$module.build/"*.o)"
  # X must find the entry points; otherwise nm read nothing and the check below means nothing.
  [ "$(echo "$symbols" | grep -cE ' T .*CipherO4(seal|open)')" -eq 2 ] || { echo "$module: entry points not found"; exit 1; }
  # A shared name that begins with the module's own is shared with nobody.
  if echo "$symbols" | grep -E ' [Ww] ' | grep -vE " \\\$s[0-9]+$module"; then
    echo "$module: the functions above may be linked into code for older processors"
    exit 1
  fi
done
# Nor may their code have been inlined into the module for every processor.
if objdump -d "$bin/Cryptography.build/"*.o | grep -E '%[yz]mm' | head -3 | grep .; then
  echo "Cryptography: the instructions above are not for every processor"
  exit 1
fi
objdump -d "$bin/Cryptography.build/"*.o | grep -q '%xmm' || { echo "Cryptography: nothing was disassembled"; exit 1; }
# And the hot loops are made of what they should be.
python3 Tests/VectorKernels/instructions.py "$bin"
echo "vector kernels: all passed"
