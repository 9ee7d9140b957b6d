#!/usr/bin/env bash
# boots.sh [cable]: what is seen on the machine of machine.sh at each of its starts, told by a unit of that machine's: wg0 came
# up by itself, with few rights, and carries everything to the kernel's own WireGuard. The first start ends with another, the
# second with the tunnel taken down and the machine off. With `cable`: the network, a cable to that WireGuard.
set -eu
cd /opt/story
fail() {
  echo "FAIL: $*"
  systemctl --no-pager --failed || true
  journalctl --no-pager -b -n 40 -u 'needletail*' -u cable || true
  echo "boots.sh: failed at start $start"
  systemctl poweroff
  exit 1
}
ok() { echo "ok: start $start: $*"; }

if [ "${1:-}" = cable ]; then
  ip rule > rules
  ip netns add far
  ip link add near0 type veth peer name far0 netns far
  ip address add 192.0.2.1/24 dev near0
  ip -n far link set lo up
  ip -n far link set far0 up
  ip -n far address add 192.0.2.2/24 dev far0
  ip -n far link add far type wireguard
  ip netns exec far wg set far private-key far.key listen-port 51820 peer "$(cat near.public)" preshared-key shared.key \
    allowed-ips 10.9.0.1/32,fd09::1/128
  ip -n far address add 10.9.0.2/24 dev far
  ip -n far address add fd09::2/64 dev far nodad
  # An address that only the default route leads to.
  ip -n far address add 198.51.100.7/32 dev lo
  ip -n far link set far up
  sleep 3
  ip link set near0 up
  exit
fi

# Its output is a serial line, which would end its lines as typewriters do.
stty -onlcr <&1
start=$(($(cat starts 2> /dev/null || echo 0) + 1))
echo $start > starts
trap 'fail "line $LINENO ended with $?"' ERR
property() { systemctl show -P "$1" "${2:-needletail@wg0}"; }
reaches() { ping -q -c 3 -i 0.5 -W 10 "$1" > ping 2>&1; }
comes_back() { for _ in $(seq 20); do reaches 10.9.0.2 && return; sleep 1; done; fail "no traffic $*: $(cat ping)"; }
sum() { awk '{ sum += $NF } END { print sum + 0 }'; }

# What a machine with a tunnel should come to by itself.
state=$(systemctl is-system-running --wait) || fail "the machine is $state"
for unit in needletail@wg0.service needletail-refresh.service needletail-update.timer; do
  [ "$(property ActiveState $unit)" = active ] || fail "$unit is $(property ActiveState $unit)"
done
[ "$(property NRestarts)" = 0 ] || fail "the tunnel was started $(property NRestarts) times more"
[ "$(property ActiveEnterTimestampMonotonic cable)" -lt "$(property InactiveExitTimestampMonotonic)" ] ||
  fail "the tunnel did not wait for the network"
for unit in needletail-boot.service needletail-update.service; do
  [ "$(property ExecMainStartTimestampMonotonic $unit)" = 0 ] || fail "$unit ran without a policy"
done
[ "$(property ConditionResult needletail-boot.service)" = no ] || fail "the count of starts was not asked for"
ok "the machine is $state; the tunnel is up, after the network, at the first try"

# The daemon, and how little it may do: CAP_NET_ADMIN (bit 12) and CAP_NET_BIND_SERVICE (bit 10).
process=$(property MainPID)
[ "$(readlink "/proc/$process/exe")" = /usr/bin/needletaild ] || fail "the tunnel is served by process $process"
status() { sed -n "s/^$1:\t//p" "/proc/$process/status"; }
[ "$(status CapEff) $(status CapPrm) $(status CapInh) $(status CapAmb)" = \
  "0000000000001400 0000000000001400 0000000000000000 0000000000000000" ] || fail "rights: $(cat "/proc/$process/status")"
[ "$((0x$(status CapBnd) & ~0x3400))" = 0 ] || fail "the capabilities are bounded by $(status CapBnd)"
[ "$(status NoNewPrivs) $(status Seccomp)" = "1 2" ] || fail "no filter: $(cat "/proc/$process/status")"
for place in /usr /etc /var/lib /root /boot; do
  [ -d "$place" ] || continue
  ! nsenter -t "$process" -m touch "$place/written" 2> /dev/null || fail "the daemon can write to $place"
done
nsenter -t "$process" -m touch /etc/wireguard/written || fail "the daemon cannot write where it should"
rm /etc/wireguard/written
ok "needletaild has capabilities $(status CapEff), no way to more, system calls filtered, the system read-only"

# The stock tools at both ends.
comes_back "after the start"
[ "$(wg show wg0 peers)" = "$(cat far.public)" ] || fail "wg: $(wg show wg0)"
[ "$(wg show wg0 latest-handshakes | sum)" -gt 0 ] || fail "wg: $(wg show wg0)"
[ "$(ip netns exec far wg show far latest-handshakes | sum)" -gt 0 ] || fail "the far end: $(ip netns exec far wg show far)"
ip -n far -d link show far | grep -qw wireguard || fail "the far end is not the kernel's"
ip -d link show wg0 | grep -qw tun || fail "the near end is the kernel's"
for address in fd09::2 198.51.100.7; do reaches $address || fail "no way to $address: $(cat ping)"; done
nft list tables > tables
grep -q 'needletail-wg0' tables || fail "no packet filter for the default route: $(cat tables)"
[ "$(ip rule | wc -l)" -gt "$(wc -l < rules)" ] || fail "no rules for the default route: $(ip rule)"
ok "pings in both versions of IP and by the default route; wg shows the handshake at both ends"

[ $start != 1 ] || systemctl --quiet enable --now needletaild@bare0.socket
[ "$(property ActiveState needletaild@bare0.socket)" = active ] || fail "nobody listens for bare0"
! ip link show bare0 > /dev/null 2>&1 || fail "bare0 is there before anybody asked"
wg set bare0 listen-port 51999 && [ "$(wg show bare0 listen-port)" = 51999 ] || fail "bare0 is not started by its socket"
[ "$(property ActiveState needletaild@bare0)" = active ] || fail "the daemon of bare0 is not its unit's"
ok "a bare interface is started by the first who asks"

kill -KILL "$process"
for _ in $(seq 60); do [ "$(property NRestarts)" = 1 ] && [ "$(property ActiveState)" = active ] && break; sleep 1; done
[ "$(property NRestarts)" = 1 ] && [ "$(property MainPID)" != "$process" ] || fail "it was not started again"
comes_back "after a crash"
ok "a daemon that was killed is started again"

# What is written down, at the most talkative level.
journalctl -o cat > journal
grep -qi 'handshake' journal || fail "the daemon's log is not in the journal"
for key in *.key; do
  digits=$(base64 -d "$key" | od -A n -v -t x1 | tr -d ' \n')
  ! grep -qiF -f "$key" -e "$digits" journal || fail "$key is in the journal"
done
[ "$(systemctl --failed --no-legend | wc -l)" = 0 ] || fail "units failed"
ok "the journal has $(wc -l < journal) lines and none of the keys; no unit has failed"

if [ $start = 1 ]; then
  cat /proc/sys/kernel/random/boot_id > boot_id
  systemctl reboot
  exit
fi
! cmp -s boot_id /proc/sys/kernel/random/boot_id || fail "the machine was not started anew"
journalctl -b -1 -o cat -u needletail@wg0 > journal
grep -q '^Stopped ' journal || fail "the tunnel was not stopped in order before: $(tail -n 5 journal)"
ok "the machine was started anew, the tunnel had been stopped in order"

systemctl disable --now needletail@wg0 || fail "the tunnel does not stop"
systemctl --quiet disable --now needletaild@bare0.socket && systemctl stop needletaild@bare0 || fail "bare0 does not stop"
! ip link show bare0 > /dev/null 2>&1 || fail "bare0 is still there"
! ip link show wg0 > /dev/null 2>&1 || fail "the interface is still there"
[ -z "$(nft list tables)" ] || fail "the packet filter still has $(nft list tables)"
ip rule | cmp -s - rules || fail "rules are left: $(ip rule)"
left=$(find /run/needletail /run/wireguard -type f -size +0 -o -name 'wg0.sock' 2> /dev/null || true)
[ -z "$left" ] || fail "left behind: $left"
for process in /proc/[0-9]*; do
  [ "$(readlink "$process/exe" 2> /dev/null)" != /usr/bin/needletaild ] || fail "the daemon still runs: $process"
done
! reaches 198.51.100.7 || fail "somebody still carries packets"
[ "$(systemctl is-enabled needletail@wg0)" = disabled ] || fail "the tunnel would come up again"
[ "$(systemctl --failed --no-legend | wc -l)" = 0 ] || fail "units failed"
ok "stopped: no interface, no packet filter, no rule, no process, no file"
echo "boots.sh: passed"
systemctl poweroff
