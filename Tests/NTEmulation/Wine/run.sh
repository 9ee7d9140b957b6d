#!/usr/bin/env bash
# run.sh [PROGRAM]: builds what is missing, makes a Windows of Wine's in a temporary directory, installs needletail.sys in it
# and runs the checks of program.exe. Every process that this starts is ended, whatever happens. Needs no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
[ $# -gt 0 ] || make -s -f Tests/NTEmulation/Wine/wine.mk wine || exit 1
program=${1:-build/nt-wine/program.exe}
driver=build/driver/x86_64
. Tests/NTEmulation/Wine/prefix.sh
make_windows
end_all
cp $driver/needletail.sys $driver/needletail.inf "$prefix/drive_c/needletail/"
cp Tests/NTEmulation/Wine/Recorded/*.txt "$prefix/drive_c/needletail/"
cp "$program" "$prefix/drive_c/needletail/program.exe"
in_wine 120 'C:\needletail\program.exe'
check $? "program.exe ends well"
end_all
cmp -s $driver/needletail.sys "$system/drivers/needletail.sys"
check $? "what was loaded is needletail.sys as it was built"
tr -d '\r' < "$prefix/drive_c/needletail.log" | LC_ALL=C sort -u | cmp - Tests/NTEmulation/Wine/Shim/bound.txt
check $? "bound to ours is what Wine lacks, and nothing else"
[ -z "$(processes)" ]
check $? "no process is left"
if [ $failures -ne 0 ]; then
  cat "$prefix/messages"
  cat "$prefix/drive_c/needletail.log" "$prefix/drive_c/needletail/answered.txt"
fi
echo "$failures failures of the run"
finish $((failures != 0))
