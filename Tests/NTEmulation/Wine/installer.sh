#!/usr/bin/env bash
# installer.sh: builds what is missing, makes a Windows of Wine's, and in it installs, upgrades, repairs and removes the
# product, with an adapter that is up and a tunnel that runs meanwhile; breaks a first installation and an upgrade. Needs
# no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
make -s -f Tests/NTEmulation/Wine/installer.mk installer || exit 1
. Tests/NTEmulation/Wine/prefix.sh
goldens=Tests/Goldens/WindowsInstaller
product="$prefix/drive_c/Program Files/Needletail"
# Wine has one start menu for all, and one for each, and takes the latter.
menu="$prefix/drive_c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Needletail"
tunnel='NeedletailTunnel$office2'
# What a channel's update has moved to its own program.
channel="$prefix/drive_c/windows/Needletail.channel"
moved='NeedletailTunnel$home'

# msi RESULT ARGUMENT...: Windows Installer without a word; its result as the shell sees it, the low eight bits.
msi() {
  local wanted=$1 result
  shift
  rm -f "$prefix/drive_c/msi.log"
  in_wine 120 msiexec /qn /l*v 'C:\msi.log' "$@" REBOOT=ReallySuppress > /dev/null
  result=$?
  [ $result -eq "$wanted" ] || echo "  msiexec $*: $result instead of $wanted"
  [ $result -eq "$wanted" ]
}
# Wine does not write the words of conditions into the log.
log_has() { tr -d '\r\0' < "$prefix/drive_c/msi.log" | grep -aqF "$1"; }
# Whether a rollback action has run: the log has its start when it is put into the script, too.
# In the reverse order of what was done: the rollback actions that run one after the other.
in_order() {
  [ "$(tr -d '\r\0' < "$prefix/drive_c/msi.log" | sed -nE 's/^Action start [0-9:]+: ([A-Za-z]*Rollback)\..*/\1/p' |
    awk 'seen[$0]++' | tr '\n' ' ')" = "$* " ]
}
rolled_back() { [ "$(tr -d '\r\0' < "$prefix/drive_c/msi.log" | grep -acE "^Action start [0-9:]+: $1\.")" -eq 2 ]; }
files() { (cd "$product" 2> /dev/null && find . -type f | sed 's|^\./||' | LC_ALL=C sort); }
has_files() { cmp -s <(files) <(LC_ALL=C sort $goldens/files.txt); }
# Packages in the driver store, by their dates and versions.
drivers() { cat "$prefix/drive_c/windows/inf/"oem*.inf 2> /dev/null | tr -d '\r' | sed -n 's/^DriverVer = //p' | tr '\n' ' '; }
# Values below a key of HKEY_LOCAL_MACHINE, without the machine's own parts of them.
registry() { in_wine 30 reg query "HKLM\\$1" /s 2> /dev/null | tr -d '\r' | sed '/^$/d; /^reg: /d'; }
products() { registry 'Software\Microsoft\Windows\CurrentVersion\Uninstall' | grep -c 'DisplayName *REG_SZ *Needletail$'; }
version() { registry 'Software\Needletail' | awk '$1 == "Version" { print $3 }'; }
# needletail ARGUMENT...: the program that is installed.
needletail() { in_wine 120 'C:\Program Files\Needletail\needletail.exe' "$@" | tr -d '\r'; }
# What an administrator sees of the tunnel, but for what it has sent.
shown() { needletail show office2 | sed '/^  transfer:/d; /^  latest handshake:/d'; }
# Both services of the package run, and so does the tunnel's, when there is one.
services_run() { service NeedletailControl RUNNING && service NeedletailUpdates RUNNING; }
# How many processes run the program that is installed, and whether each runs the file that lies there.
programs_run() {
  local count=0 process
  for process in $(processes); do
    grep -q 'Program Files/Needletail/needletail.exe' "/proc/$process/maps" 2> /dev/null || continue
    grep -q 'Program Files/Needletail/needletail.exe (deleted)' "/proc/$process/maps" && return 1
    count=$((count + 1))
  done
  [ "$count" -eq "$1" ] || echo "  $count processes run the program, not $1"
  [ "$count" -eq "$1" ]
}
no_services() {
  no_service NeedletailControl && no_service NeedletailUpdates && no_service "$tunnel" && no_service "$moved"
}
nothing_left() {
  [ -z "$(files)" ] && [ ! -e "$product" ] && [ -z "$(drivers)" ] && [ "$(products)" -eq 0 ] &&
    [ -z "$(registry 'Software\Needletail')" ] &&
    [ -z "$(registry 'System\CurrentControlSet\Services\EventLog\Application\Needletail')" ] && no_journal &&
    no_services && [ ! -e "$menu" ] && [ ! -e "$channel" ]
}
no_journal() { [ ! -e "$prefix/drive_c/windows/Needletail.installation" ]; }
adapter_is_as_it_was() { in_wine 60 'C:\needletail\adapter.exe' check; }
# hold: a program makes an adapter, as long as `release` has not been called.
hold() {
  in_wine 300 'C:\needletail\adapter.exe' hold &
  holder=$!
  local tries=0
  while [ ! -e "$prefix/drive_c/needletail/ready" ] && [ $tries -lt 600 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -e "$prefix/drive_c/needletail/ready" ]
}
release() {
  touch "$prefix/drive_c/needletail/stop"
  wait "$holder"
  [ ! -e "$prefix/drive_c/needletail/ready" ]
}

make_windows
cp build/nt-wine/swdevice.sys "$system/drivers/"
in_wine 30 sc create swdevice type= kernel start= demand binPath= 'C:\windows\system32\drivers\swdevice.sys' > /dev/null
check $? "the bus of software devices is a service"
end_all
cp build/nt-wine/lacking/*.dll "$system/"
overrides="$overrides;cfgmgr32,nci=n"
mkdir -p "$prefix/drive_c/needletail/older"
cp build/nt-wine/packages/older/needletail.dll "$prefix/drive_c/needletail/older/"
cp build/nt-wine/adapter.exe build/nt-wine/installers/*.msi "$prefix/drive_c/needletail/"
cp Tests/NTEmulation/Wine/Tunnels/office.conf "$prefix/drive_c/needletail/office2.conf"
sed '/^ListenPort/d' Tests/NTEmulation/Wine/Tunnels/home.conf > "$prefix/drive_c/needletail/home.conf"
# Wine ends its services with the last program that is none: this one stays.
in_wine 1800 'C:\needletail\adapter.exe' stay &

echo "conditions"
msi 67 /i 'C:\needletail\older.msi' && nothing_left
check $? "on a Windows before 10 nothing is installed: 1603"
in_wine 30 reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion' /v CurrentMajorVersionNumber /t REG_DWORD /d 10 /f > /dev/null
in_wine 30 reg add 'HKLM\System\CurrentControlSet\Control\Session Manager\Environment' /v PROCESSOR_ARCHITECTURE /d ARM64 /f > /dev/null
msi 67 /i 'C:\needletail\older.msi' && nothing_left
check $? "on another processor nothing is installed: 1603"
in_wine 30 reg add 'HKLM\System\CurrentControlSet\Control\Session Manager\Environment' /v PROCESSOR_ARCHITECTURE /d AMD64 /f > /dev/null

echo "first installation"
msi 91 /i 'C:\needletail\failing.msi'
check $? "an installation whose last action fails ends with an error, 1627 of Wine's"
rolled_back InstallDriverRollback
check $? "the rollback action has run"
nothing_left
check $? "nothing of it is left"
msi 67 /i 'C:\needletail\refused.msi'
check $? "an installation whose driver the store refuses ends with an error: 1603"
log_has 'Needletail: The driver package cannot be added' && rolled_back InstallDriverRollback && nothing_left
check $? "the log has what refused it; the rollback action has run, and nothing is left"
msi 0 /i 'C:\needletail\older.msi'
check $? "the product is installed"
has_files
check $? "the files are those of the list"
{ registry 'Software\Needletail'; registry 'System\CurrentControlSet\Services\EventLog\Application\Needletail'; } | cmp - $goldens/registry.txt
check $? "the registry has the values of the list"
[ "$(drivers)" = '11/28/2025,0.0.9.0 ' ] && no_journal
check $? "the driver is in the store, and no journal is left"
[ "$(products)" -eq 1 ] && [ "$(version)" = 0.0.9 ]
check $? "the list of programs has it once"
services_run && programs_run 2
check $? "its services run"
[ -s "$menu/Needletail.lnk" ]
check $? "the start menu has its entry"
[ "$(needletail version)" = 'needletail 0.0.9' ] && needletail create 'C:\needletail\office2.conf' > /dev/null &&
  service "$tunnel" RUNNING && programs_run 3
check $? "the program makes a tunnel"
shown > "$prefix/shown" && grep -q '^  state: up$' "$prefix/shown"
check $? "which is up"

echo "upgrade"
hold && adapter_is_as_it_was
check $? "a program makes an adapter, which is up"
msi 0 /i 'C:\needletail\newer.msi'
check $? "the newer product is installed over the older one"
adapter_is_as_it_was
check $? "the adapter is up, with its configuration"
[ "$(drivers)" = '11/28/2027,0.2.0.0 ' ] && no_journal
check $? "the newer driver is in the store, and only it"
[ "$(products)" -eq 1 ] && [ "$(version)" = 0.2.0 ] && has_files
check $? "the older product is gone, and the newer one whole"
[ "$(needletail version)" = 'needletail 0.2.0' ] && services_run
check $? "so is the program; its services run"
registry 'Software\Needletail' | grep -q 'Driver  '
check $? "removing the older one has left what is the newer one's"
service "$tunnel" RUNNING && programs_run 3
check $? "the tunnel runs again, on the newer program as the services do"
shown | cmp - "$prefix/shown"
check $? "with its configuration"
echo "repair and removal"
# As `channel update` leaves it: a slot, a service that its program runs, the sign by which it notices a start of Windows.
mkdir -p "$channel/slots/57" "$channel/metadata/.old" && cp "$product/needletail.exe" "$channel/slots/57/" &&
  echo '{}' > "$channel/root.json" && echo '{}' > "$channel/metadata/.old/1.json" &&
  in_wine 30 reg add 'HKLM\Software\Needletail\Started' /f > /dev/null &&
  in_wine 30 reg delete 'HKLM\Software\Needletail\Started' /ve /f > /dev/null &&
  in_wine 30 sc create "$moved" start= demand \
    binPath= '"C:\windows\Needletail.channel\slots\57\needletail.exe" tunnel-service "C:\needletail\home.conf"' > /dev/null &&
  in_wine 60 sc start "$moved" > /dev/null && service "$moved" RUNNING
check $? "a slot's program runs a tunnel"
rm -f "$product/Licence.txt" "$product/Driver/needletail.inf" "$product/needletail.exe"
msi 0 /i 'C:\needletail\newer.msi' REINSTALL=ALL REINSTALLMODE=omus && has_files
check $? "a repair brings back files that are missing"
services_run && service "$tunnel" RUNNING && programs_run 3 && shown | cmp - "$prefix/shown"
check $? "services and the tunnel run the program that came back"
service "$moved" RUNNING && [ -s "$channel/root.json" ] && [ -e "$channel/slots/57/needletail.exe" ]
check $? "the slot's runs on"
msi 0 /x 'C:\needletail\newer.msi' && [ -z "$(files)" ] && [ "$(products)" -eq 0 ]
check $? "the product is removed while a program has an adapter"
no_services && programs_run 0 && [ ! -e "$menu" ] && [ -e "$prefix/drive_c/needletail/office2.conf" ]
check $? "its services, the tunnel and the entry of the menu are gone; the tunnel's file is left"
[ ! -e "$channel" ] && [ -z "$(registry 'Software\Needletail')" ] && [ -e "$prefix/drive_c/needletail/home.conf" ]
check $? "so are slots, and the key by which channels notice a start; the tunnel's file is left"
[ "$(drivers)" = '11/28/2027,0.2.0.0 ' ] && adapter_is_as_it_was && no_journal
check $? "the driver stays for it, and its adapter is as it was"
release
check $? "the program ends"
msi 0 /i 'C:\needletail\newer.msi'
check $? "the product is installed once more"
msi 67 /i 'C:\needletail\older.msi' && log_has 'NEWERVERSION = {'
check $? "the older one finds it and is refused: 1603"
[ "$(products)" -eq 1 ] && [ "$(version)" = 0.2.0 ] && has_files
check $? "which changes nothing"
# accept VERSION: whoever has checked a channel's rollback to it writes this.
newest=$(msiinfo export build/nt-wine/installers/newer.msi Property | tr -d '\r' | awk -F'\t' '$1 == "ProductCode" { print $2 }')
digest=$(printf 'a signed document' | sha256sum | cut -d' ' -f1)
accept() {
  in_wine 30 reg add 'HKLM\Software\Needletail' /v Rollback /d "$1 $newest $digest 4102444800" /f > /dev/null
}
accept 0.0.8 && msi 67 /i 'C:\needletail\older.msi' && [ "$(version)" = 0.2.0 ]
check $? "a rollback to another version changes nothing"
msi 67 /i 'C:\needletail\older.msi' GoesBack=b && [ "$(version)" = 0.2.0 ]
check $? "neither does one that only the command line knows of"
accept 0.0.9 && msi 0 /i 'C:\needletail\older.msi' && log_has "by the rollback with the SHA-256 $digest"
check $? "a rollback to this version lets it be installed, and is in the log"
[ "$(products)" -eq 1 ] && [ "$(version)" = 0.0.9 ]
check $? "the newer product is gone"
[ "$(drivers)" = '11/28/2025,0.0.9.0 ' ] && no_journal
check $? "so is its driver, and the older one is back"
services_run && programs_run 2 && has_files
check $? "services run, and the files are those of the list"
# Wine 8 knows no mode that replaces newer files, and Windows does (the model again).
[ "$(needletail version)" = 'needletail 0.2.0' ]
check $? "Wine has the newer program all the same"
! registry 'Software\Needletail' | grep -q Rollback
check $? "the rollback is used up"
msi 0 /x 'C:\needletail\older.msi'
check $? "and is removed"
# Wine removes no file that is newer than the package's own, so that those are left which it has not replaced. They would
# be what the next installation runs.
[ "$(files | tr '\n' ' ')" = 'Driver/needletail.sys needletail.dll needletail.exe ' ]
check $? "Wine leaves the newer files"
rm -r "$product"
nothing_left
check $? "nothing else is left"

echo "a failing upgrade"
msi 0 /i 'C:\needletail\older.msi' && hold && adapter_is_as_it_was &&
  needletail create 'C:\needletail\office2.conf' > /dev/null && service "$tunnel" RUNNING
check $? "the older product is installed, there is a tunnel, and a program has an adapter"
msi 91 /i 'C:\needletail\failing.msi'
check $? "an upgrade whose last action fails ends with an error, 1627 of Wine's"
rolled_back InstallDriverRollback && [ "$(drivers)" = '11/28/2025,0.0.9.0 ' ] && no_journal
check $? "the rollback action has put the older driver back"
rolled_back PauseTunnelsRollback && ! no_service "$tunnel"
check $? "the rollback action of tunnels has run; the tunnel's service is there"
in_order InstallDriverRollback PauseTunnelsRollback
check $? "what was done last was taken back first"
adapter_is_as_it_was
check $? "the adapter is up, with its configuration"
# What follows is Wine 8 and not Windows, which puts back files and values that the newer product has replaced (the model
# in Tests/WindowsTransactionTests does). It is asserted so that a newer Wine is noticed.
[ "$(products)" -eq 1 ] && [ -z "$(files)" ] && [ -z "$(version)" ]
check $? "Wine has the older product in its list, and neither its files nor its values"
log_has 'cannot start the service NeedletailTunnel$office2'
check $? "so the tunnel has no program to run, which the log says"
release
check $? "the program ends"

end_all
[ -z "$(processes)" ]
check $? "no process is left"
[ -z "$(ls -A "$prefix/drive_c/windows/temp")" ]
check $? "no file is left that was on its way into the driver store"
if [ $failures -ne 0 ]; then
  grep -v ObReferenceObjectByName "$prefix/messages" | tail -40
  tr -d '\0' < "$prefix/drive_c/msi.log" | grep -ai 'needletail\|return value [^1]' | tail -40
fi
echo "$failures failures of the run"
finish $((failures != 0))
