#!/bin/sh
# catalog.sh TOOL: catalogs of TOOL (driver-package), signed by an authority made for the test, under another
# implementation's eyes: osslsigncode finds a member in it, and neither a file that is none nor one that was changed.
set -eu
tool=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$(dirname "$0")/../.."
cp Driver/Kernel/needletail.inf build/driver/x86_64/needletail.sys "$folder"
stranger=$PWD/build/nt-emulation/ndis.sys
tool=$(realpath "$tool")
cd "$folder"

"$tool" catalog --time 1700000000 --output needletail.cat needletail.inf
"$tool" catalog --time 1700000000 --output again.cat needletail.inf
cmp needletail.cat again.cat || { echo "two catalogs of the same files differ"; exit 1; }

quietly() { "$@" > log 2>&1 || { cat log; exit 1; }; }
quietly openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj "/CN=Test Root" -days 30
quietly openssl req -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj "/CN=Test Publisher"
printf 'extendedKeyUsage=codeSigning\nbasicConstraints=CA:false\n' > extensions
quietly openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile extensions \
  -out leaf.pem
quietly osslsigncode sign -certs leaf.pem -key leaf.key -h sha256 -in needletail.cat -out signed.cat

verify() { osslsigncode verify -CAfile ca.pem -catalog signed.cat "$1" > log 2>&1; }
verify needletail.sys || { cat log; echo "the member is not found"; exit 1; }
! verify "$stranger" || { echo "a file that is no member is taken for one"; exit 1; }
cp needletail.sys changed.sys
printf x | dd of=changed.sys bs=1 seek=5000 conv=notrunc 2> /dev/null
! verify changed.sys || { echo "a changed member is taken for one"; exit 1; }
# A signature of its own does not change what a member is.
quietly osslsigncode sign -certs leaf.pem -key leaf.key -h sha256 -in needletail.sys -out signed.sys
verify signed.sys || { cat log; echo "a signed member is not found"; exit 1; }
echo "catalog: a member with and without a signature found, a stranger and a changed member refused"
