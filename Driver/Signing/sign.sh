#!/bin/sh
# sign.sh FILE...: signs files in place, in the order given, with the configured signer: a command that is called with one
# file and replaces it with a signed one. It is $NEEDLETAIL_SIGNER or, without that, the first line of build/signer.
#
# A signer that fails, or leaves a file without a signature, ends this with an error that names the file; without a signer
# nothing is signed, which is said, and the exit code is 3.
set -eu
signer=${NEEDLETAIL_SIGNER:-}
[ -n "$signer" ] || [ ! -f build/signer ] || read -r signer < build/signer
if [ -z "$signer" ]; then
  echo "sign: nobody signs: set NEEDLETAIL_SIGNER to a command that signs the file it is called with, or write it into" \
    "build/signer; make test-authority makes one for tests" >&2
  exit 3
fi
for file; do
  before=$(sha256sum < "$file")
  # The signer may have arguments of its own.
  # shellcheck disable=SC2086
  $signer "$file" > "$file.log" 2>&1 || { cat "$file.log" >&2; echo "sign: $file: the signer failed" >&2; exit 1; }
  rm -f "$file.log"
  [ "$(sha256sum < "$file")" != "$before" ] || { echo "sign: $file: the signer left it as it was" >&2; exit 1; }
  osslsigncode extract-signature -in "$file" -out "$file.signature" > /dev/null 2>&1 && [ -s "$file.signature" ] || {
    echo "sign: $file: there is no signature in it" >&2
    exit 1
  }
  rm -f "$file.signature"
  echo "sign: $file"
done
