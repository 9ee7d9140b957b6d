#!/usr/bin/env bash
# run.sh [PROGRAM]: builds what is missing, makes a Windows of Wine's in a temporary directory, installs needletail.sys in it
# and runs the checks of program.exe. Every process that this starts is ended, whatever happens. Needs no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
[ $# -gt 0 ] || make -s -f Tests/NTEmulation/Wine/wine.mk wine || exit 1
program=${1:-build/nt-wine/program.exe}
driver=build/driver/x86_64
# Debian's package wine64 puts its programs here.
bin=/usr/lib/wine
prefix=$(mktemp -d "${TMPDIR:-/tmp}/needletail-wine.XXXXXX") || exit 1
system=$prefix/drive_c/windows/system32/drivers
failures=0

# in_wine SECONDS COMMAND...: messages of Wine go to a file; its servers keep what they inherit open.
in_wine() {
  local seconds=$1
  shift
  env -i PATH="$PATH" HOME="$prefix" WINEPREFIX="$prefix" WINEARCH=win64 WINESERVER=$bin/wineserver64 \
    WINEDEBUG=-all,err+all,fixme+ntoskrnl WINEDLLOVERRIDES="$overrides" \
    timeout -k 5 "$seconds" $bin/wine64 "$@" 2>> "$prefix/messages" < /dev/null
}

# The processes of this Windows: they carry its directory in their environment.
processes() {
  local directory
  for directory in /proc/[0-9]*; do
    { tr '\0' '\n' < "$directory/environ"; } 2> /dev/null | grep -qxF "WINEPREFIX=$prefix" && echo "${directory#/proc/}"
  done
}

end_all() {
  local signal pids
  for signal in TERM KILL; do
    pids=$(processes)
    # shellcheck disable=SC2086
    [ -z "$pids" ] || { kill -$signal $pids 2> /dev/null && sleep 1; }
  done
}

finish() {
  trap - EXIT INT TERM HUP
  end_all
  rm -rf "$prefix"
  exit "$1"
}
trap 'finish 130' INT TERM HUP
trap 'finish 1' EXIT

check() {
  if [ "$1" -eq 0 ]; then
    echo "PASS $2"
  else
    echo "FAIL $2"
    failures=$((failures + 1))
  fi
}

# Nothing for web pages and desktops. Wine's own NDIS is a stub that would be started with the system.
overrides='mscoree,mshtml=;winemenubuilder.exe=d'
in_wine 150 wineboot -i > /dev/null
in_wine 30 reg add 'HKLM\System\CurrentControlSet\Services\NDIS' /v Start /t REG_DWORD /d 4 /f > /dev/null
check $? "Wine makes a Windows"
end_all
cp build/nt-wine/{platform,ndis,netio}.sys "$system/"
mkdir -p "$prefix/drive_c/needletail"
cp $driver/needletail.sys $driver/needletail.inf "$prefix/drive_c/needletail/"
cp Tests/NTEmulation/Wine/Recorded/*.txt "$prefix/drive_c/needletail/"
cp "$program" "$prefix/drive_c/needletail/program.exe"
overrides="$overrides;ndis.sys,netio.sys=n"
in_wine 120 'C:\needletail\program.exe'
check $? "program.exe ends well"
end_all
cmp -s $driver/needletail.sys "$system/needletail.sys"
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
