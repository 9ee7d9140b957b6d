#!/usr/bin/env bash
# story.sh: what happens to a machine with the package, told inside the container of units.sh: a tunnel as a unit, to a far end
# in a namespace, with a ping that goes on. /opt/story has old.deb, new.deb and new.tar, the newer one's tree.
set -eu
cd /opt/story
fail() {
  echo "story.sh: $*"
  journalctl --no-pager -n 40 -u 'needletail*' 2> /dev/null || true
  exit 1
}
ok() { echo "ok: $*"; }
install() { DEBIAN_FRONTEND=noninteractive dpkg --force-unsafe-io --force-confold -i "$1" > dpkg.log 2>&1 || fail "$(cat dpkg.log)"; }
main_process() { systemctl show -P MainPID needletail@wg0; }
reaches() { ping -q -c 3 -i 0.2 -W 2 10.9.0.2 > ping.once 2>&1; }
comes_back() { for _ in $(seq 40); do reaches && return; sleep 0.25; done; fail "no traffic $*: $(cat ping.once)"; }

# The far end: a daemon that is not the package's, so that it stays.
ip link set lo up
ip netns add far
ip link add near0 type veth peer name far0 netns far
ip address add 192.0.2.1/24 dev near0 && ip link set near0 up
ip -n far address add 192.0.2.2/24 dev far0 && ip -n far link set far0 up
umask 077
for side in near far; do wg genkey > $side.key; wg pubkey < $side.key > $side.public; done
install old.deb
cp /usr/bin/needletaild far-daemon
systemd-run -q --unit=far ip netns exec far /opt/story/far-daemon -f wg-far
for _ in $(seq 100); do [ -S /run/wireguard/wg-far.sock ] && break; sleep 0.05; done
wg set wg-far private-key far.key listen-port 51820 peer "$(cat near.public)" allowed-ips 10.9.0.1/32 endpoint 192.0.2.1:51820
ip -n far address add 10.9.0.2/24 dev wg-far
ip -n far link set wg-far up
cat > /etc/wireguard/wg0.conf << END
[Interface]
PrivateKey = $(cat near.key)
ListenPort = 51820
Address = 10.9.0.1/24
PostUp = echo %i is up > /run/hook
[Peer]
PublicKey = $(cat far.public)
AllowedIPs = 10.9.0.2/32
Endpoint = 192.0.2.2:51820
END
umask 022

for unit in needletail-update.timer needletail-boot.service; do
  [ "$(systemctl is-enabled $unit)" = enabled ] || fail "$unit is not on"
done
[ "$(systemctl is-active needletail-update.timer)" = active ] || fail "the timer does not run"
systemctl start needletail-update.service needletail-boot.service
[ "$(systemctl show -P ConditionResult needletail-update.service)" = no ] || fail "it looks for updates without a policy"
ok "installed; the timer runs, and does nothing without a policy"

systemctl enable --now needletail@wg0 > /dev/null 2>&1 || fail "the tunnel does not start"
comes_back "at the start"
grep -qx 'wg0 is up' /run/hook || fail "the hook did not run"
process=$(main_process)
grep -q needletaild "/proc/$process/comm" || fail "the main process is $(cat "/proc/$process/comm")"
grep -q '^NoNewPrivs:.1' "/proc/$process/status" || fail "the daemon can get privileges"
capabilities=$(sed -n 's/^CapBnd:\t//p' "/proc/$process/status")
[ $((0x$capabilities & ~0x3400)) -eq 0 ] || fail "the daemon's capabilities are bounded by $capabilities"
systemctl reload needletail@wg0 || fail "it does not reload"
ok "needletail@wg0 runs with capabilities $capabilities, its hook too; a reload works"

systemctl enable --now needletaild@bare0.socket > /dev/null 2>&1 || fail "the socket of bare0 does not listen"
! ip link show bare0 > /dev/null 2>&1 || fail "bare0 is there before anybody asked"
wg set bare0 listen-port 51999 || fail "bare0 is not started by its socket"
[ "$(systemctl is-active needletaild@bare0.service)" = active ] || fail "the daemon of bare0 is not its unit's"
ip link delete bare0
for try in $(seq 100); do [ "$(systemctl is-active needletaild@bare0.service)" = inactive ] && break; sleep 0.05; done
wg set bare0 listen-port 51998 || fail "bare0 is not started once more"
systemctl disable --now needletaild@bare0.socket > /dev/null 2>&1
systemctl stop needletaild@bare0.service
! ip link show bare0 > /dev/null 2>&1 || fail "bare0 stays"
ok "needletaild@bare0 is started by its socket, also a second time"

ping -i 0.1 10.9.0.2 > ping.upgrade &
pinging=$!
install new.deb
sleep 0.5
kill -INT $pinging
wait $pinging || true
grep -q ' 0% packet loss' ping.upgrade || fail "the upgrade: $(tail -n 3 ping.upgrade)"
[ "$(systemctl is-enabled needletail-refresh.service)" = enabled ] || fail "names of peers are not looked up again"
[ "$(main_process)" = "$process" ] || fail "the upgrade started the daemon anew"
systemctl restart 'needletail@*'
[ "$(main_process)" != "$process" ] || fail "a restart keeps the daemon"
comes_back "with the new program"
ok "upgraded under traffic: $(grep -o '[0-9]* packets transmitted' ping.upgrade), none lost; a restart takes the new program"

process=$(main_process)
kill -KILL "$process"
for _ in $(seq 60); do [ "$(main_process)" != "$process" ] && [ "$(main_process)" != 0 ] && break; sleep 0.25; done
comes_back "after a crash"
ok "a daemon that crashes is started again"

cat > /etc/wireguard/held0.conf << END
[Interface]
# Needletail: KillSwitch = strict
PrivateKey = $(cat far.key)
END
chmod 600 /etc/wireguard/held0.conf
is_thrown() { nft list table inet needletail-held0 > /dev/null 2>&1; }
held_process() { systemctl show -P MainPID needletail@held0; }
systemctl start needletail@held0 || fail "a tunnel with a kill switch does not start"
is_thrown || fail "its kill switch is off"
process=$(held_process)
kill -KILL "$process"
for _ in $(seq 600); do
  is_thrown || fail "its kill switch is off until the daemon is started again"
  [ "$(held_process)" != "$process" ] && [ "$(held_process)" != 0 ] && break
done
[ "$(held_process)" != "$process" ] && [ "$(held_process)" != 0 ] || fail "its daemon is not started again"
systemctl stop needletail@held0
! is_thrown || fail "its kill switch stays when it is stopped"
rm /etc/wireguard/held0.conf
comes_back "after a kill switch"
ok "a kill switch holds while a daemon that crashed is started again"

# An update channel: the package's own tree as releases 1 and 2, and as 3 with a daemon that does not start. No program of an
# administrator's asks probes.
release() { needletail release "$@" --root publisher > release.log 2>&1 || fail "release $*: $(cat release.log)"; }
for key in root1 root2 release1 release2 timestamp snapshot brake evidence; do release keys new $key; done
release repo init --key root=root1.pub --key root=root2.pub --key releases=release1.pub --key releases=release2.pub \
  --key timestamp=timestamp.pub --key snapshot=snapshot.pub --key brake=brake.pub --key evidence=evidence.pub
release repo sign --key root1 --key root2
echo notes > notes
for serial in 1 2 3; do
  mkdir -p tree/$serial && tar -xf new.tar -C tree/$serial && echo $serial > tree/$serial/release
  [ $serial != 3 ] || printf '#!/bin/sh\nexit 1\n' > tree/3/usr/bin/needletaild
  (cd tree/$serial && find . -type f -printf '%P\n' | sort) > files
  tar --format=ustar --owner=0 --group=0 --mtime=@0 -C tree/$serial -T files -cf $serial.tar
  release repo add portable $serial --version 1.0.$serial --file "tar:linux:$(uname -m):$serial.tar" --notes notes --recipe 'make deb'
done
release repo sign --key release1 --key release2
release repo publish --timestamp-key timestamp --snapshot-key snapshot
cp publisher/repo/1.root.json /var/lib/needletail/root.json
cat > /var/lib/needletail/policy.json << END
{"repository": "/opt/story/publisher/repo", "updateMode": "auto", "probationSeconds": 6,
 "restart": ["/usr/bin/systemctl", "restart", "needletail@wg0"]}
END
offer() { # offer SERIAL: to everybody, and the machine's unit looks for it
  release advance portable "$1" --to 1000000 --step 4 --despite drill --key release1 --key release2
  release repo publish --timestamp-key timestamp --snapshot-key snapshot
  systemctl start needletail-update.service || true
}
serves() { # serves SERIAL
  case $(readlink "/proc/$(main_process)/exe") in
    /var/lib/needletail/slots/"$1"/usr/bin/needletaild) ;;
    *) fail "the tunnel is served by $(readlink "/proc/$(main_process)/exe"), not by $1" ;;
  esac
}
ping -i 0.2 -W 1 10.9.0.2 > ping.channel &
pinging=$!
for serial in 1 2; do
  offer $serial
  serves $serial
  needletail channel status | grep -q "^committed    $serial (proven)" || fail "$(needletail channel status)"
done
offer 3
serves 2
needletail channel status | grep -q '^quarantined  3' || fail "$(needletail channel status)"
comes_back "after the release that went back"
kill -INT $pinging
wait $pinging || true
ok "a channel's 1 and 2 take over and are kept by proof, 3 goes back by itself: $(grep -o '[0-9]* packets.*received' ping.channel)"

DEBIAN_FRONTEND=noninteractive dpkg --remove needletail > dpkg.log 2>&1 || fail "$(cat dpkg.log)"
! ip link show wg0 > /dev/null 2>&1 || fail "the tunnel's interface is still there"
[ "$(systemctl is-active far)" = active ] || fail "the removal ended a daemon that is not its own"
DEBIAN_FRONTEND=noninteractive dpkg --purge needletail > dpkg.log 2>&1 || fail "$(cat dpkg.log)"
[ -e /etc/wireguard/wg0.conf ] || fail "the tunnel's file is gone"
left=$(find /etc/systemd /var/lib/needletail /var/lib/systemd -name '*needletail*' 2> /dev/null || true)
[ -z "$left" ] || fail "left behind: $left"
ok "removed: its own tunnel stopped, the other goes on; purged without a rest"
echo "story.sh: passed"
