# A Windows of Wine's in a temporary directory, for the scripts beside this one, which source it at the repository's root.
# Every process that is started in it is ended, whatever happens. Needs no root.

# Debian's package wine64 puts its programs here.
bin=/usr/lib/wine
prefix=$(mktemp -d "${TMPDIR:-/tmp}/needletail-wine.XXXXXX") || exit 1
system=$prefix/drive_c/windows/system32
failures=0
# Nothing for web pages and desktops.
overrides='mscoree,mshtml=;winemenubuilder.exe=d'

# in_wine SECONDS COMMAND...: messages of Wine go to a file; its servers keep what they inherit open.
in_wine() {
  local seconds=$1
  shift
  env -i PATH="$PATH" HOME="$prefix" WINEPREFIX="$prefix" WINEARCH=win64 WINESERVER=$bin/wineserver64 \
    WINEDEBUG=-all,err+all,fixme+ntoskrnl WINEDLLOVERRIDES="$overrides" \
    timeout -k 5 "$seconds" $bin/wine64 "$@" 2>> "$prefix/messages" < /dev/null
}

# service NAME STATE: waits for it.
service() {
  local tries
  for tries in $(seq 40); do
    in_wine 20 sc query "$1" | grep -q "STATE .*$2" && return
    sleep 0.5
  done
  return 1
}
# Whether there is no such service.
no_service() { ! in_wine 20 sc query "$1" | grep -q STATE; }

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

# Makes it. Wine's own NDIS is a stub that would be started with the system: ours takes its place.
make_windows() {
  in_wine 150 wineboot -i > /dev/null
  in_wine 30 reg add 'HKLM\System\CurrentControlSet\Services\NDIS' /v Start /t REG_DWORD /d 4 /f > /dev/null
  check $? "Wine makes a Windows"
  cp build/nt-wine/{platform,ndis,netio}.sys "$system/drivers/"
  mkdir -p "$prefix/drive_c/needletail"
  overrides="$overrides;ndis.sys,netio.sys=n"
}
