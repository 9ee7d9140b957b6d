#!/usr/bin/env bash
# channel.sh NEEDLETAIL: builds what is missing, makes a Windows of Wine's, and updates it there by a channel as an
# administrator does: from a release with an older driver to one with a newer, to one whose driver does not load, and back;
# with mirrors that lie, and kills at any moment. NEEDLETAIL is Linux' command, which publishes. Needs no root.
set -u
publisher=$(realpath "$1")
cd "$(dirname "$0")/../../.." || exit 1
make -s -f Tests/NTEmulation/Wine/channel.mk channel || exit 1
. Tests/NTEmulation/Wine/prefix.sh
. Tests/NTEmulation/Wine/library_prefix.sh
. Tests/NTEmulation/Wine/program_prefix.sh
work=$prefix/publisher
machine=$prefix/drive_c/windows/Needletail.channel
policies='HKLM\Software\Policies\Needletail'
tunnel='NeedletailTunnel$office'
mkdir "$work"

release() { "$publisher" release "$@" --root "$work" > "$work/release.log" 2>&1 || { cat "$work/release.log"; return 1; }; }
publish() { release repo publish --timestamp-key "$work/timestamp" --snapshot-key "$work/snapshot"; }
offer() {
  release advance driver "$1" --to 1000000 --step 4 --despite drill --key "$work/release1" --key "$work/release2" && publish
}
add() { # add SERIAL PACKAGE OPTIONS...: a release of the program with that package's driver
  local serial=$1 tree=$work/tree/$1
  mkdir -p "$tree" && cp "build/nt-wine/packages/$2/program/needletail.exe" "$tree/"
  tar --format=ustar --owner=0 --group=0 --mtime=@0 -C "$tree" -cf "$work/$serial.tar" needletail.exe
  shift 2
  release repo add driver "$serial" --version "1.0.$serial" --file "tar:windows:x86_64:$work/$serial.tar" \
    --notes "$work/notes" --recipe 'make exe' "$@"
}
policy() { in_wine 30 reg add "$policies" /v "$1" ${3:+/t "$3"} /d "$2" /f > /dev/null; }
from() { policy Repository "$1"; }
# The repository's folder, and copies of it, as Windows calls them.
windows_path() { echo "Z:${1//\//\\}"; }
restarted() { in_wine 30 reg delete 'HKLM\Software\Needletail\Started' /f > /dev/null; }
drivers() { cat "$prefix/drive_c/windows/inf/"oem*.inf 2> /dev/null | tr -d '\r' | sed -n 's/^DriverVer = //p' | tr '\n' ' '; }
shown() { needletail 0 show office && sed '/^  transfer:/d; /^  latest handshake:/d; /^  listening port:/d' "$folder/said"; }
image() { in_wine 20 reg query "HKLM\\System\\CurrentControlSet\\Services\\$tunnel" /v ImagePath; }
# runs SERIAL DRIVER: the tunnel is served by that slot's program, on that driver, with its configuration.
runs() {
  service "$tunnel" RUNNING && image | grep -qF "Needletail.channel\\slots\\$1\\needletail.exe" &&
    [ "$(drivers)" = "$2 " ] && shown | cmp - "$prefix/shown"
}
state() { needletail 0 channel status && said "committed    $1" && said 'state        idle'; }
update() { # update EXPECTED: waits for what an update that was killed has left running
  local tries
  for tries in $(seq 60); do
    needletail "$1" channel update > "$prefix/update" && return
    grep -q 'exit code 60' "$prefix/update" || break
    sleep 1
  done
  cat "$prefix/update"
  return 1
}
older='11/28/2025,0.0.9.0' newer='11/28/2027,0.2.0.0'

mkdir "$folder/keeper" && cp build/program/x86_64/needletail.exe "$folder/keeper/"
# Wine ends its services with the last program that is none.
in_wine 3000 'C:\needletail\keeper\needletail.exe' update-service &

echo notes > "$work/notes"
for key in root1 root2 release1 release2 timestamp snapshot brake evidence; do release keys new "$work/$key"; done
release repo init --key root="$work/root1.pub" --key root="$work/root2.pub" --key releases="$work/release1.pub" \
  --key releases="$work/release2.pub" --key timestamp="$work/timestamp.pub" --key snapshot="$work/snapshot.pub" \
  --key brake="$work/brake.pub" --key evidence="$work/evidence.pub" &&
  release repo sign --key "$work/root1" --key "$work/root2" &&
  add 1 older --phase default && add 2 newer --knob UsePortableImplementation:optOut:active && add 3 broken &&
  release repo sign --key "$work/release1" --key "$work/release2" && offer 1
check $? "a publisher has three releases, and offers the first"

cp build/program/x86_64/needletail.exe "$folder/"
# Of any port: others may have one.
sed '/^ListenPort/d' Tests/NTEmulation/Wine/Tunnels/office.conf > "$folder/office.conf"
needletail 0 create office.conf && service "$tunnel" RUNNING && shown > "$prefix/shown" && grep -q 'state: up' "$prefix/shown"
check $? "the program that was installed makes a tunnel"

echo "before there is trust"
needletail 24 channel check && complained 'root.json: missing'
check $? "without a root nothing is believed"
cp "$work/repo/1.root.json" "$machine/root.json"
needletail 2 channel check && complained 'set the policy Repository'
check $? "without a repository nothing is fetched"
policy ProbationSeconds 2 REG_DWORD
policy UpdateMode manual
from "$(windows_path "$work/repo")"
needletail 10 channel check && said '1 can be installed'
check $? "a folder is a repository"

echo "mirrors that lie"
lie() { rm -rf "$work/lie" && cp -r "$work/repo" "$work/lie" && from "$(windows_path "$work/lie")"; }
flip() { printf "$(printf '\\%03o' $(($(od -An -tu1 -j"$2" -N1 "$1") ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
lie && flip "$(echo "$work"/lie/artifacts/*/1.tar)" 700 && needletail 20 channel update && [ ! -e "$machine/slots/1" ]
check $? "T01 a package with one bit changed is refused: 20"
rm -f "$machine/trusted.json"
lie && sed -i 's/"sig":"B/"sig":"C/; t; s/"sig":"./"sig":"B/' "$work"/lie/*.rollout.json && needletail 23 channel update &&
  [ ! -e "$machine/slots/1" ]
check $? "T01 so is a document that is not the one of the snapshot: 23"
rm -f "$machine/trusted.json"
lie && python3 - "$work/lie/timestamp.json" << 'END' && needletail 20 channel update && [ ! -e "$machine/slots/1" ]
import base64, json, sys
file = json.load(open(sys.argv[1]))
file["signatures"][0]["sig"] = base64.b64encode(bytes(64)).decode()
open(sys.argv[1], "w").write(json.dumps(file, separators=(",", ":")))
END
check $? "T01 and one with a signature of somebody else's: 20"
rm -f "$machine/trusted.json"
mkdir "$work/hostile"
cat > "$work/hostile.py" << 'END'
import http.server, sys
class Hostile(http.server.BaseHTTPRequestHandler):
    """Everything is there, and nothing of it is true."""
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        try: self.wfile.write(b'{"payload":"e30=","payloadType":"x","signatures":[]}' if "short" in sys.argv[2] else bytes(1 << 22))
        except OSError: pass
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
open(sys.argv[1], "w").write(str(server.server_port))
server.serve_forever()
END
for way in 'long 26' 'short 20'; do
  rm -f "$work/port"
  env WINEPREFIX="$prefix" python3 "$work/hostile.py" "$work/port" "$way" & server=$!
  while [ ! -s "$work/port" ]; do sleep 0.1; done
  from "http://127.0.0.1:$(cat "$work/port")"
  needletail "${way#* }" channel update && [ ! -e "$machine/slots/1" ]
  check $? "T02 a server of another's that answers everything installs nothing ($way)"
  kill $server && wait $server 2> /dev/null
done
service "$tunnel" RUNNING && shown | cmp - "$prefix/shown"
check $? "the tunnel has not noticed"

echo "the first release"
cp -r "$work/repo" "$work/old"
env WINEPREFIX="$prefix" python3 -u -m http.server 0 --bind 127.0.0.1 --directory "$work/repo" > "$work/web.log" 2>&1 &
until port=$(sed -n 's/^Serving HTTP on .* port \([0-9]*\).*/\1/p' "$work/web.log") && [ -n "$port" ]; do sleep 0.2; done
from "http://127.0.0.1:$port"
update 77 && said 'restart the computer' && runs 1 "$older"
check $? "it comes from a web server, serves the tunnel on its driver, older than what was there, and waits for a restart"
needletail 77 channel update && runs 1 "$older"
check $? "once more changes nothing"
restarted
update 0 && state 1 && runs 1 "$older"
check $? "after a start of Windows it is kept"

echo "from N-1 to N"
offer 2 && needletail 10 channel check && said '2 can be installed' && needletail 0 channel bucket && said '2: number'
check $? "the next one is offered"
update 77 && runs 2 "$newer"
check $? "it serves the tunnel, on its driver"
restarted
update 0 && state 2 && said 'previous     1' && runs 2 "$newer"
check $? "it is kept, and the one before lies beside it"
policy UsePortableImplementation 1 REG_DWORD && needletail 0 channel apply && runs 1 "$older"
check $? "by its phase and a knob the one before serves the tunnel, program and driver"
in_wine 30 reg delete "$policies" /v UsePortableImplementation /f > /dev/null && needletail 0 channel apply && runs 2 "$newer"
check $? "and without the knob this one again"

echo "older and later"
from "$(windows_path "$work/old")" && needletail 22 channel update && state 2
check $? "T03 older documents are refused: 22"
from "$(windows_path "$work/repo")"
needletail 0 channel check && said 'up to date' && offer 1 && needletail 0 channel check && said 'up to date'
check $? "T04 an offer of something older is none"
shifted() { surroundings="LD_PRELOAD=$PWD/build/nt-wine/clock.so CLOCK_SHIFT=$1" needletail "${@:2}"; }
for days in 2 8 40 100 500; do
  shifted $((days * 86400)) 21 channel update && said 'nothing is decided'
  check $? "T05 $days days without anything new: nothing is decided, 21"
done
shifted $((8 * 86400)) 3 channel status && said 'frozen'
check $? "T05 and it is told since when"
runs 2 "$newer"
check $? "the tunnel has not noticed"

echo "a bundle"
release bundle export --output "$work/all.tar"
policy Repository '' && policy Channel frozen
needletail 2 channel check && complained "frozen machines take bundles only"
check $? "who follows frozen takes bundles only"
policy Channel stable && needletail 2 channel check
check $? "without a repository nothing is fetched"
flip "$work/all.tar" 2000 && needletail 50 channel import "$(windows_path "$work/all.tar")" && flip "$work/all.tar" 2000
check $? "T35 a bundle that somebody has changed is not taken: 50"
shifted $((121 * 86400)) 50 channel import "$(windows_path "$work/all.tar")" && complained 'older than policy allows'
check $? "T35 nor one that is 121 days old: 50"
shifted $((119 * 86400)) 0 channel import "$(windows_path "$work/all.tar")" && said 'freshness unknown since' &&
  shifted $((119 * 86400)) 0 channel check && said 'up to date' && shifted $((119 * 86400)) 0 channel status &&
  said 'offline'
check $? "one of 119 days is, and it is told that it is not fresh"
shifted $((121 * 86400)) 21 channel check && said 'nothing is decided'
check $? "T35 two days later nothing is decided by it any more: 21"

echo "a release that does not work"
from "$(windows_path "$work/repo")"
offer 3
patience=400 update 31 && state 2 && said 'quarantined  3' && runs 2 "$newer"
check $? "its driver does not load: it goes back by itself, and the tunnel runs as before: 31"
needletail 0 channel check && said 'up to date' && [ ! -e "$machine/slots/3" ]
check $? "it is not tried again"

echo "back by hand"
needletail 77 channel rollback && runs 1 "$older"
check $? "the one before is installed like any other"
restarted
needletail 0 channel update && said 'up to date' && state 1 && said 'quarantined  3 2' && runs 1 "$older"
check $? "and is kept; what somebody has gone back from is not offered again"
needletail 0 channel clear 2 && needletail 10 channel update unattended && said '2 can be installed' && state 1
check $? "until somebody says so; and what nobody is asked about is not installed"
needletail 0 channel history && said 'goingBack:switchFailed' && needletail 0 channel verify && said 'as they were written'
check $? "all of it is in the log"

echo "killed at any moment"
# T20: whatever is killed whenever, the machine is on one release or the other, and the next update ends what was begun.
killed() { # killed SECONDS: begins an update, kills the program, and has another go on
  local process
  in_wine 300 'C:\needletail\needletail.exe' channel update > /dev/null 2>&1 &
  sleep "$1"
  for process in $(processes); do
    tr '\0' ' ' < "/proc/$process/cmdline" | grep -q 'needletail.exe channel update' && kill -KILL "$process"
  done 2> /dev/null
  wait $!
  needletail 0 channel status > /dev/null 2>&1
  grep '^state' "$folder/said" | sed 's/^state */  killed in state /'
  settled
}
settled() {
  local tries code
  for tries in $(seq 60); do
    needletail 0 channel update > "$prefix/update"
    code=$(sed -n 's/.*: exit code \([0-9]*\), not 0/\1/p' "$prefix/update")
    case ${code:-0} in
      0) state 2 && runs 2 "$newer" && return ;;
      77) runs 2 "$newer" && needletail 0 channel rollback && state 1 && runs 1 "$older" &&
        needletail 0 channel clear 2 && return ;;
      31 | 33) state 1 && runs 1 "$older" && needletail 0 channel clear 2 && return ;;
      60) sleep 1 && continue ;;
    esac
    break
  done
  cat "$prefix/update"
  return 1
}
for delay in 0.6 0.9 1.2 1.5 1.8 2.1 2.5 3 4; do
  killed $delay
  check $? "T20 killed after $delay seconds, it ends on one release or the other, with its driver and the tunnel"
done

echo "a floor"
release floor driver 2 && release repo sign --key "$work/release1" --key "$work/release2" && publish
update 77 && restarted && update 0 && state 2 && runs 2 "$newer" && needletail 22 channel rollback && state 2
check $? "T04 nobody goes back below a security floor: 22"

end_all
[ -z "$(processes)" ]
check $? "no process is left"
[ $failures -eq 0 ] || { cat "$folder/complained"; tail -20 "$machine/audit.jsonl"; }
echo "$failures failures of the run"
finish $((failures != 0))
