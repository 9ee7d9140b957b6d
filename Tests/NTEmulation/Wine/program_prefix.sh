# needletail.exe in a folder of its own, for tunnels.sh and channel.sh, which source it after library_prefix.sh.
folder=$prefix/drive_c/needletail

# needletail EXPECTED ARGUMENTS...: within $patience seconds, with $surroundings in its environment. What it prints is in $folder/said, what it complains about in $folder/complained.
needletail() {
  local expected=$1 code
  shift
  # shellcheck disable=SC2086
  (cd "$folder" && env -i ${surroundings:-} PATH="$PATH" HOME="$prefix" WINEPREFIX="$prefix" WINEARCH=win64 WINESERVER=$bin/wineserver64 \
    WINEDEBUG=-all WINEDLLOVERRIDES="$overrides" timeout -k 5 "${patience:-120}" \
    $bin/wine64 'C:\needletail\needletail.exe' "$@" > said.crlf 2> complained.crlf < /dev/null)
  code=$?
  tr -d '\r' < "$folder/said.crlf" > "$folder/said"
  tr -d '\r' < "$folder/complained.crlf" > "$folder/complained"
  [ $code -eq "$expected" ] && return
  echo "  needletail $*: exit code $code, not $expected"
  sed 's/^/  /' "$folder/said" "$folder/complained"
  return 1
}
said() { grep -qF "$1" "$folder/said"; }
complained() { grep -qF "$1" "$folder/complained"; }
