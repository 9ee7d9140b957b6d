#!/usr/bin/env bash
# library.sh [PART]: builds what is missing, makes a Windows of Wine's, and runs in it what uses needletail.dll: the checks of
# library.exe, and the program of Docs/Embedding.md. Needs no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
make -s -f Tests/NTEmulation/Wine/library.mk library || exit 1
. Tests/NTEmulation/Wine/prefix.sh
. Tests/NTEmulation/Wine/library_prefix.sh
# What Wine lacks has a line in the list, and nothing else has.
(cd build/nt-wine/lacking && awk '/^  / { print substr(FILENAME, 1, length(FILENAME) - 4), $1 }' ./*.def) |
  sed 's|^\./||' | LC_ALL=C sort | cmp - <(grep -v '^#' Tests/NTEmulation/Wine/Lacking/lacking.txt)
check $? "what stands in for Wine is listed, and nothing else"
for folder in build/nt-wine/packages/*/; do
  mkdir -p "$prefix/drive_c/needletail/$(basename "$folder")"
  cp "$folder/needletail.dll" "$prefix/drive_c/needletail/$(basename "$folder")/"
done
cp build/nt-wine/library.exe build/nt-wine/embedding.exe build/nt-wine/packages/current/needletail.dll \
  "$prefix/drive_c/needletail/"
in_wine 120 'C:\needletail\library.exe' mapped
check $? "library.exe ends well with the library mapped by hand"
in_wine 300 'C:\needletail\library.exe' "$@"
check $? "library.exe ends well"
cmp -s build/driver/x86_64/needletail.sys "$system/drivers/needletail.sys"
check $? "what was loaded is needletail.sys as it was built"
(cd "$prefix/drive_c/needletail" && in_wine 60 'C:\needletail\embedding.exe') | tr -d '\r' > "$prefix/embedding"
check $? "the program of Docs/Embedding.md ends well"
grep -qx 'Interface up' "$prefix/embedding" && grep -qx 'sent 0, received 0 bytes' "$prefix/embedding"
check $? "and says what it is for"
end_all
[ -z "$(processes)" ]
check $? "no process is left"
[ -z "$(ls -A "$prefix/drive_c/windows/temp" "$prefix/drive_c/windows/Needletail.helper" 2> /dev/null | grep -E '\.(dll|inf|sys|cat)$')" ]
check $? "no file is left that was on its way into the driver store"
if [ $failures -ne 0 ]; then
  grep -v ObReferenceObjectByName "$prefix/messages"
  cat "$prefix/embedding"
  (cd "$prefix/drive_c/windows" && ls -lR temp Needletail.* 2> /dev/null)
fi
echo "$failures failures of the run"
finish $((failures != 0))
