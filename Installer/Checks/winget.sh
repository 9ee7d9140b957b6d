#!/bin/sh
# winget.sh: makes the Windows Package Manager's manifest of the package for x64 that was made, and holds it to the golden
# one: but for the package's name and digest, which are looked up here in another way, it is the same.
set -eu
cd "$(dirname "$0")/../.."
golden=Tests/Goldens/WindowsInstaller/winget
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
make -s winget ADDRESS=https://example.org ARCH=x64 OUTPUT="$out" > "$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
package=$(make -s msi-path ARCH=x64)
digest=$(openssl dgst -sha256 -r "$package" | cut -d' ' -f1 | tr a-f A-F)
sed "s|needletail-0.1.0-x64.msi|$(basename "$package")|; s|^  InstallerSha256: .*|  InstallerSha256: $digest|
  /^- Architecture: arm64/,/UpgradeCode/d" $golden/Needletail.Needletail.installer.yaml > "$out/wanted"
cmp "$out/wanted" "$out/Needletail.Needletail.installer.yaml"
for name in Needletail.Needletail.yaml Needletail.Needletail.locale.en-US.yaml; do cmp $golden/$name "$out/$name"; done
# Without an address nothing is made.
if make -s winget ARCH=x64 OUTPUT="$out/none" > "$out/log" 2>&1 || [ -e "$out/none" ]; then
  echo "winget: a manifest without an address" >&2
  exit 1
fi
echo "winget: the manifest of $(basename "$package") is as in the golden"
