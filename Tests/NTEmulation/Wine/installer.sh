#!/usr/bin/env bash
# installer.sh: builds what is missing, makes a Windows of Wine's, and in it installs, upgrades, repairs and removes the
# product, with an adapter that is up meanwhile; breaks a first installation and an upgrade. Needs no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
make -s -f Tests/NTEmulation/Wine/installer.mk installer || exit 1
. Tests/NTEmulation/Wine/prefix.sh
goldens=Tests/Goldens/WindowsInstaller
product="$prefix/drive_c/Program Files/Needletail"

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
files() { (cd "$product" 2> /dev/null && find . -type f | sed 's|^\./||' | LC_ALL=C sort); }
has_files() { cmp -s <(files) <(LC_ALL=C sort $goldens/files.txt); }
# Packages in the driver store, by their dates and versions.
drivers() { cat "$prefix/drive_c/windows/inf/"oem*.inf 2> /dev/null | tr -d '\r' | sed -n 's/^DriverVer = //p' | tr '\n' ' '; }
# Values below a key of HKEY_LOCAL_MACHINE, without the machine's own parts of them.
registry() { in_wine 30 reg query "HKLM\\$1" /s 2> /dev/null | tr -d '\r' | sed '/^$/d; /^reg: /d'; }
products() { registry 'Software\Microsoft\Windows\CurrentVersion\Uninstall' | grep -c 'DisplayName *REG_SZ *Needletail$'; }
version() { registry 'Software\Needletail' | awk '$1 == "Version" { print $3 }'; }
nothing_left() {
  [ -z "$(files)" ] && [ ! -e "$product" ] && [ -z "$(drivers)" ] && [ "$(products)" -eq 0 ] &&
    [ -z "$(registry 'Software\Needletail')" ] &&
    [ -z "$(registry 'System\CurrentControlSet\Services\EventLog\Application\Needletail')" ] && no_journal
}
no_journal() { [ ! -e "$prefix/drive_c/windows/Needletail.installation" ]; }
adapter_is_as_it_was() { in_wine 60 'C:\needletail\adapter.exe' check; }
# hold: a program makes an adapter, as long as `release` has not been called.
hold() {
  in_wine 300 'C:\needletail\adapter.exe' hold &
  local tries=0
  while [ ! -e "$prefix/drive_c/needletail/ready" ] && [ $tries -lt 600 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  [ -e "$prefix/drive_c/needletail/ready" ]
}
release() {
  touch "$prefix/drive_c/needletail/stop"
  wait
  [ ! -e "$prefix/drive_c/needletail/ready" ]
}

make_windows
cp build/nt-wine/swdevice.sys "$system/drivers/"
in_wine 30 sc create swdevice type= kernel start= demand binPath= 'C:\windows\system32\drivers\swdevice.sys' > /dev/null
check $? "the bus of software devices is a service"
end_all
cp build/nt-wine/lacking/*.dll "$system/"
overrides="$overrides;cfgmgr32,psapi,nci=n"
mkdir -p "$prefix/drive_c/needletail/older"
cp build/nt-wine/packages/older/needletail.dll "$prefix/drive_c/needletail/older/"
cp build/nt-wine/adapter.exe build/nt-wine/installers/*.msi "$prefix/drive_c/needletail/"

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
log_has InstallDriverRollback
check $? "the rollback action has run"
nothing_left
check $? "nothing of it is left"
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
echo "repair and removal"
rm -f "$product/Licence.txt" "$product/Driver/needletail.inf"
msi 0 /i 'C:\needletail\newer.msi' REINSTALL=ALL REINSTALLMODE=omus && has_files
check $? "a repair brings back files that are missing"
msi 0 /x 'C:\needletail\newer.msi' && [ -z "$(files)" ] && [ "$(products)" -eq 0 ]
check $? "the product is removed while a program has an adapter"
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
msi 0 /x 'C:\needletail\newer.msi'
check $? "and is removed"
nothing_left
check $? "nothing is left"

echo "a failing upgrade"
msi 0 /i 'C:\needletail\older.msi' && hold && adapter_is_as_it_was
check $? "the older product is installed, and a program has an adapter"
msi 91 /i 'C:\needletail\failing.msi'
check $? "an upgrade whose last action fails ends with an error, 1627 of Wine's"
log_has InstallDriverRollback && [ "$(drivers)" = '11/28/2025,0.0.9.0 ' ] && no_journal
check $? "the rollback action has put the older driver back"
adapter_is_as_it_was
check $? "the adapter is up, with its configuration"
# What follows is Wine 8 and not Windows, which puts back files and values that the newer product has replaced (the model
# in Tests/WindowsTransactionTests does). It is asserted so that a newer Wine is noticed.
[ "$(products)" -eq 1 ] && [ -z "$(files)" ] && [ -z "$(version)" ]
check $? "Wine has the older product in its list, and neither its files nor its values"
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
