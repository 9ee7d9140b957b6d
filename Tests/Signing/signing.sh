#!/bin/sh
# signing.sh: the product signed by an authority made for the test, under osslsigncode's eyes: each file as it was meant, the
# driver by its catalog too, with a time stamp; none that was changed, none by another authority; and what is said when
# nobody signs or a signer is none. Made before: make exe ARCH=x86_64, make msi ARCH=x64.
set -eu
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder" build/signed/x86_64 build/signed/aarch64' EXIT
unset NEEDLETAIL_SIGNER
if [ -f build/signer ]; then
  echo "signing: build/signer is there: this test would ask somebody else's signer" >&2
  exit 1
fi
signed=build/signed/x86_64
fail() { echo "FAIL $1" >&2; [ ! -f "$folder/log" ] || tail -20 "$folder/log" >&2; exit 1; }
verify() { osslsigncode verify -CAfile "$folder/root.pem" -TSA-CAfile "$folder/root.pem" "$@" > "$folder/log" 2>&1; }
refuses() { ! verify "$@"; }

rm -rf "$signed" build/signed/aarch64
code=0
Driver/Signing/sign.sh LICENSE > "$folder/log" 2>&1 || code=$?
[ $code -eq 3 ] && grep -q 'nobody signs: set NEEDLETAIL_SIGNER' "$folder/log" || fail "nobody signs, and that is not said"
! make --no-print-directory -f Driver/signed.mk ARCH=x86_64 > "$folder/log" 2>&1 && grep -q 'nobody signs' "$folder/log" &&
  [ ! -e $signed ] || fail "something was made that nobody signed"
# A signer that fails, and one that does nothing, name the file.
cp LICENSE "$folder/file"
! NEEDLETAIL_SIGNER=false Driver/Signing/sign.sh "$folder/file" > "$folder/log" 2>&1 &&
  grep -q 'file: the signer failed' "$folder/log" || fail "a signer that fails"
! NEEDLETAIL_SIGNER=true Driver/Signing/sign.sh "$folder/file" > "$folder/log" 2>&1 &&
  grep -q 'file: the signer left it as it was' "$folder/log" || fail "a signer that does nothing"
printf '#!/bin/sh\necho >> "$1"\n' > "$folder/scribble" && chmod +x "$folder/scribble"
! NEEDLETAIL_SIGNER="$folder/scribble" Driver/Signing/sign.sh "$folder/file" > "$folder/log" 2>&1 &&
  grep -q 'file: there is no signature' "$folder/log" || fail "a signer that only changes the file"

Driver/Signing/authority.sh "$folder" > /dev/null
mkdir "$folder/other"
Driver/Signing/authority.sh "$folder/other" > /dev/null
NEEDLETAIL_SIGNER="$folder/signer" make --no-print-directory -f Driver/signed.mk ARCH=x86_64 package > "$folder/made" 2>&1 ||
  { cat "$folder/made" >&2; fail "the product is not signed"; }
order=$(sed -n 's|^sign: build/signed/\([^/]*\)/.*/\([^/]*\)$|\1/\2|p' "$folder/made" | sed 's|needletail-[0-9].*msi|msi|')
wanted="x86_64/needletail.sys x86_64/needletail.cat aarch64/needletail.sys aarch64/needletail.cat
aarch64/needletail-helper.dll x86_64/needletail.dll x86_64/needletail.exe x86_64/CustomActions.dll x86_64/msi"
# shellcheck disable=SC2086
[ "$(echo $order)" = "$(echo $wanted)" ] || fail "the order is not that of what is in what: $order"
package=$(ls $signed/packages/*.msi)
case $package in *unsigned*) fail "the name of $package says that it is not signed" ;; esac
cp "$package" $signed/needletail.msi
mv $signed/CustomActions.dll $signed/needletail.actions
for file in sys cat dll exe actions msi; do
  verify $signed/needletail.$file || fail "needletail.$file is not signed as it was meant"
  grep -qi 'timestamp' "$folder/log" || fail "needletail.$file has no time stamp"
  ! osslsigncode verify -CAfile "$folder/other/root.pem" -TSA-CAfile "$folder/other/root.pem" $signed/needletail.$file \
    > "$folder/log" 2>&1 || fail "needletail.$file is taken for another authority's"
done
verify -catalog $signed/needletail.cat $signed/needletail.sys || fail "the catalog does not have the driver"
refuses -catalog $signed/needletail.cat build/nt-emulation/ndis.sys || fail "the catalog has a stranger"
# What the library and the program carry is what was signed.
for image in dll exe; do
  python3 - $signed/needletail.$image $signed/needletail.sys $signed/needletail.cat << 'END' || fail "needletail.$image carries something else"
import sys
image = open(sys.argv[1], "rb").read()
sys.exit(not all(open(part, "rb").read() in image for part in sys.argv[2:]))
END
done
# The library has the other processor's as they were signed, too.
native=build/signed/aarch64
for file in needletail.sys needletail.cat needletail-helper.dll; do
  verify $native/$file || fail "$native/$file is not signed as it was meant"
  python3 - $signed/needletail.dll $native/$file << 'END' || fail "needletail.dll carries another $native/$file"
import sys
sys.exit(open(sys.argv[2], "rb").read() not in open(sys.argv[1], "rb").read())
END
done
# What the package runs and installs is what was signed.
msiinfo extract $signed/needletail.msi Binary.CustomActions > "$folder/actions" && cmp "$folder/actions" $signed/needletail.actions ||
  fail "the package runs another CustomActions.dll"
msiextract -C "$folder/extracted" $signed/needletail.msi > /dev/null || fail "the package cannot be taken apart"
for file in sys cat dll exe; do
  cmp "$(find "$folder/extracted" -name "needletail.$file")" $signed/needletail.$file ||
    fail "the package has another needletail.$file"
done
# One byte in the middle.
for file in sys dll exe actions msi; do
  cp $signed/needletail.$file "$folder/changed.$file"
  printf '\377' | dd of="$folder/changed.$file" bs=1 seek=20000 conv=notrunc 2> /dev/null
  cmp -s $signed/needletail.$file "$folder/changed.$file" && printf '\0' |
    dd of="$folder/changed.$file" bs=1 seek=20000 conv=notrunc 2> /dev/null
  refuses "$folder/changed.$file" || fail "a changed needletail.$file is taken for signed"
done
refuses -catalog $signed/needletail.cat "$folder/changed.sys" || fail "a changed driver is taken for the catalog's"
for file in build/driver/x86_64/needletail.sys build/library/x86_64/needletail.dll build/program/x86_64/needletail.exe \
  build/installer/x86_64/CustomActions.dll build/helper/aarch64/needletail-helper.dll; do
  refuses $file || fail "$file is taken for signed"
done
echo "signing: sys, cat, dll, exe, the package's actions and msi signed and stamped in this order; changed ones, unsigned ones, strangers and another" \
  "authority's refused"
