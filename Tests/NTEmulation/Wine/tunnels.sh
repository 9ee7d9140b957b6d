#!/usr/bin/env bash
# tunnels.sh: builds what is missing, makes a Windows of Wine's, and uses needletail.exe in it as an administrator does:
# the driver, a tunnel as a service, the pipe of the stock tool, what goes wrong. Needs no root.
set -u
cd "$(dirname "$0")/../../.." || exit 1
make -s -f Tests/NTEmulation/Wine/library.mk library || exit 1
. Tests/NTEmulation/Wine/prefix.sh
. Tests/NTEmulation/Wine/library_prefix.sh
. Tests/NTEmulation/Wine/program_prefix.sh
here=Tests/NTEmulation/Wine
cp build/program/x86_64/needletail.exe build/nt-wine/pipe.exe build/nt-wine/privileges.exe $here/Tunnels/*.conf $here/Recorded/wg.txt "$folder/"
printf '[Interface]\nPrivateKey = x\nMTU = 5\n' > "$folder/wrong.conf"

packages() { ls "$prefix/drive_c/windows/inf" | grep -c '^oem.*\.inf$'; }

# noted LINE: waits for a change of the network.
noted() {
  local tries
  for tries in $(seq 40); do
    grep -qxF "$1" "$folder/network.txt" && return
    sleep 0.5
  done
  return 1
}

# Wine ends its services with the last program that is none: this one, which nobody started as a service, stays.
in_wine 900 'C:\needletail\needletail.exe' update-service &
needletail 0 version && said "needletail $(sed -n 's/^DriverVer = .*,\(.*\)\.0$/\1/p' Driver/Kernel/needletail.inf)"
check $? "it says its version"
needletail 2 tunnel && complained "there is no command tunnel" && needletail 0 help && said "create FILE.conf"
check $? "wrong arguments are told, right ones listed"
needletail 3 check wrong.conf && complained "wrong.conf: line 2: PrivateKey: this is not a key" &&
  complained "wrong.conf: line 3: MTU: this is not an MTU"
check $? "everything that is wrong with a file is told at once"
needletail 4 check nothing.conf && complained "nothing.conf cannot be read"
check $? "so is a file that is not there"
needletail 0 check 'C:\needletail\office.conf' && said "addresses: 2, peers: 1"
check $? "a right one is right"
needletail 4 show office && needletail 4 remove office && complained "the tunnel office cannot be removed"
check $? "there is no tunnel yet"
needletail 0 install-driver && [ "$(packages)" -eq 1 ] && needletail 0 install-driver && [ "$(packages)" -eq 1 ]
check $? "the driver's package is in the store, once"

needletail 0 create office.conf && service 'NeedletailTunnel$office' RUNNING
check $? "a tunnel is made, its service runs"
[ "$(in_wine 30 'C:\needletail\privileges.exe' 'NeedletailTunnel$office' | tr -d '\r')" = SeLoadDriverPrivilege ]
check $? "of its privileges its service has kept the one to load drivers"
in_wine 60 'C:\needletail\needletail.exe' log office > "$folder/logged" &
logging=$!
cmp -s build/driver/x86_64/needletail.sys "$system/drivers/needletail.sys"
check $? "the driver is needletail.sys as it was built"
needletail 0 show office
# What it has sent already depends on when it is asked.
sed 's/^  public key: .*=$/  public key: PUBLIC/; /^  transfer:/d' "$folder/said" | cmp - $here/Tunnels/shown.txt
check $? "it is up and has what its file says"
! grep -q QEBAQE "$folder/said"
check $? "its private key is not shown"
in_wine 30 reg query 'HKLM\System\CurrentControlSet\Services\Tcpip\Parameters\Interfaces' /s | tr -d '\r' > "$folder/names"
grep -q 'NameServer .*10\.0\.0\.1$' "$folder/names" && grep -q 'SearchList .*corp\.example$' "$folder/names"
check $? "Windows' resolver has its name server and its domain"
needletail 1 create office.conf && complained "the tunnel office cannot be made"
check $? "it is not made twice"
needletail 1 uninstall-driver
check $? "the driver is not removed while it is used"
[ $(grep -c . "$folder/logged") -gt 0 ]
check $? "its log has what was before somebody asked"
needletail 0 configure office changed.conf && needletail 0 show && said "peer: CQkJ" && ! said "peer: BwcH"
check $? "it is brought to another file while it runs"
logs() { local tries; for tries in $(seq 40); do grep -q "$1" "$folder/logged" && return; sleep 0.5; done; return 1; }
logs '^20[0-9-]* [0-9:.]*Z .*[Pp]eer'
check $? "what the driver says is told whom asks for the log"

in_wine 30 sc create NeedletailControl start= demand binPath= 'C:\needletail\needletail.exe control-service' > /dev/null
in_wine 30 sc start NeedletailControl > /dev/null && service NeedletailControl RUNNING
check $? "the server of the text protocol runs"
# ask_and_read_nothing NAME: clients that let their answers lie, until the server ends them.
ask_and_read_nothing() {
  local tries
  rm -f "$folder/silent"
  in_wine 300 'C:\needletail\pipe.exe' "$1" &
  silent=$!
  for tries in $(seq 60); do
    [ -e "$folder/silent" ] && return
    sleep 0.5
  done
  return 1
}
ask_and_read_nothing office
check $? "clients ask and do not read"
(cd "$folder" && in_wine 120 'C:\needletail\pipe.exe' office wg.txt answered.txt)
check $? "recorded requests, a bad one, nothing and many at once are answered on the pipe"
# What the adapter, which is up, has sent to its peers is counted.
sed 's/^tx_bytes=.*/tx_bytes=0/' "$folder/answered.txt" | cmp - $here/Recorded/answers.txt
check $? "with what they make"

# What administrators decide.
policies='HKLM\Software\Policies\Needletail'
needletail 0 policies && said 'UpdateMode: notify' && ! said '(policy)'
check $? "without policies their defaults hold"
needletail 4 check-updates && complained 'there is no command that checks for updates'
check $? "without a command, nobody checks for updates"
in_wine 30 reg add 'HKLM\Software\Needletail' /v UpdateCommand /d 'C:\windows\system32\cmd.exe /c set > C:\needletail\told.txt' /f > /dev/null
in_wine 30 reg add "$policies" /v Channel /d lts /f > /dev/null
in_wine 30 reg add "$policies" /v DeferDays /t REG_DWORD /d 7 /f > /dev/null
needletail 0 policies && said 'Channel: lts (policy)' && said 'DeferDays: 7 (policy)'
check $? "policies are read from the registry"
needletail 0 check-updates && tr -d '\r' < "$folder/told.txt" | grep -qx 'NEEDLETAIL_CHANNEL=lts' &&
  tr -d '\r' < "$folder/told.txt" | grep -qx 'NEEDLETAIL_DEFERDAYS=7'
check $? "the command that checks for updates is told of them"
rm -f "$folder/told.txt"
in_wine 30 reg add "$policies" /v UpdateMode /d never /f > /dev/null
needletail 5 check-updates && complained 'takes no updates' && [ ! -e "$folder/told.txt" ]
check $? "where no updates are taken, none are looked for"
in_wine 30 reg delete "$policies" /v UpdateMode /f > /dev/null
in_wine 30 reg add "$policies" /v DeferDays /t REG_DWORD /d 366 /f > /dev/null
needletail 3 check-updates && complained 'make it a number from 0 to 365' && [ ! -e "$folder/told.txt" ]
check $? "a number beyond a policy's limits stops it, and is told"
in_wine 30 reg add "$policies" /v DeferDays /t REG_SZ /d 7 /f > /dev/null
needletail 3 policies && in_wine 30 reg add "$policies" /v DeferDays /t REG_DWORD /d 365 /f > /dev/null && needletail 0 policies
check $? "so does one of another type; the largest is one"
in_wine 30 reg add "$policies" /v Channel /d "$(printf 'lts%0200d' 0)" /f > /dev/null
needletail 3 policies && in_wine 30 reg delete "$policies" /f > /dev/null && needletail 0 policies
check $? "so does a text that is longer than any"
needletail 0 remove office && ! service 'NeedletailTunnel$office' . && needletail 0 show && said "there are no tunnels"
check $? "the tunnel is removed, its adapter and its service are gone"
wait $logging
check $? "who asked for its log is told no more"
wait $silent
check $? "clients that do not read are ended with it"
needletail 0 create home.conf && service 'NeedletailTunnel$home' RUNNING && noted 'interface v4 mtu 1420'
check $? "a tunnel without an MTU gets what fits the default route"
ask_and_read_nothing home
check $? "the next tunnel has its pipe; clients of it do not read either"
echo 1392 > "$folder/outer.txt" && noted 'interface v4 mtu 1312'
check $? "and follows it"
in_wine 60 sc stop NeedletailControl > /dev/null && service NeedletailControl STOPPED && wait $silent
check $? "the server stops all the same, and ends them"
needletail 0 remove home && ! service 'NeedletailTunnel$home' .
check $? "it is removed"
cmp "$folder/network.txt" $here/Tunnels/network.txt
check $? "addresses, routes and MTU were set, changed with a file, and taken back"
needletail 0 uninstall-driver && [ "$(packages)" -eq 0 ]
check $? "the driver is removed"
end_all
[ -z "$(processes)" ]
check $? "no process is left"
[ $failures -eq 0 ] || { cat "$folder/network.txt"; diff "$folder/answered.txt" $here/Recorded/answers.txt | head -20; }
echo "$failures failures of the run"
finish $((failures != 0))
