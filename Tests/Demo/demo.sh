#!/usr/bin/env bash
# The one-minute story: two network namespaces as two machines, a needletaild in each, a stock `wg` that configures
# them, a handshake, a ping, and TCP through the tunnel. Everything it made is gone when it ends, however it ends.
#
#   DAEMON   the program under show (the release build of needletaild); another implementation works too
#   SECONDS_OF_TCP   how long iperf3 runs (10)
# With --preflight it only says whether this machine lets it.
set -u
set -o pipefail

here=$(cd "$(dirname "$0")" && pwd)
daemon=${DAEMON:-$here/../../.build/release/needletaild}
seconds=${SECONDS_OF_TCP:-10}

# Names carry the process number, so that two demos do not meet. Interface names may have 15 characters.
left=nt-left-$$ right=nt-right-$$
tunnel_left=ntl$$ tunnel_right=ntr$$
work=
daemons=() helpers=()
failed_at=

say() { printf '%s\n' "$*"; }
step() { failed_at=$*; say; say "== $*"; }

explain() {
  say "demo: $1"
  shift
  for line in "$@"; do say "  $line"; done
  exit 2
}

# Ends one process of ours: politely, then not.
end() {
  kill -TERM "$1" 2>/dev/null || return 0
  for _ in $(seq 30); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null
  return 0
}

cleanup() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  [ -n "$work" ] || exit "$status"
  for pid in ${helpers[@]+"${helpers[@]}"} ${daemons[@]+"${daemons[@]}"}; do end "$pid"; done
  for namespace in "$left" "$right"; do ip netns del "$namespace" 2>/dev/null; done
  for tunnel in "$tunnel_left" "$tunnel_right"; do rm -f "/var/run/wireguard/$tunnel.sock"; done
  if [ "$status" -ne 0 ] && [ "$status" -ne 130 ]; then
    say
    say "demo: failed at: $failed_at"
    for log in "$work"/*.log; do
      [ -s "$log" ] && say "-- last lines of $(basename "$log"):" && tail -n 15 "$log"
    done
  fi
  rm -rf "$work"
  say
  if [ "$status" -eq 130 ]; then say "demo: interrupted; everything it made is removed"; else
    say "demo: everything it made is removed"; fi
  exit "$status"
}

in_left() { ip netns exec "$left" "$@"; }
in_right() { ip netns exec "$right" "$@"; }

# Waits up to $1 tenths of a second for a command to succeed.
await() {
  local tenths=$1
  shift
  for _ in $(seq "$tenths"); do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.1
  done
  return 1
}

[ "$(id -u)" -eq 0 ] || explain "needs root, to make network namespaces and a TUN device" \
  "run it as: sudo make demo"
[ -c /dev/net/tun ] || explain "there is no /dev/net/tun" \
  "on a machine of your own: modprobe tun" \
  "in a container: start it with --device /dev/net/tun --cap-add NET_ADMIN --cap-add SYS_ADMIN"
[ "${1:-}" = --preflight ] && exit 0
for tool in ip wg ping iperf3; do
  command -v "$tool" > /dev/null || explain "$tool is missing" "install what the demo needs: make dependencies"
done
command -v "$daemon" > /dev/null || explain "$daemon is missing" "build it: make release"

trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
work=$(mktemp -d)
chmod 700 "$work"

step "two machines, joined by a cable"
ip netns add "$left" && ip netns add "$right" || {
  say "this process may not make network namespaces; in a container, add --cap-add SYS_ADMIN"
  exit 1
}
ip link add "ntv$$l" netns "$left" type veth peer name "ntv$$r" netns "$right" || exit 1
in_left ip address add 192.0.2.1/24 dev "ntv$$l" && in_left ip link set "ntv$$l" up || exit 1
in_right ip address add 192.0.2.2/24 dev "ntv$$r" && in_right ip link set "ntv$$r" up || exit 1
say "left 192.0.2.1 <-> right 192.0.2.2"

step "a $(basename "$daemon") on each"
in_left env WG_PROCESS_FOREGROUND=1 "$daemon" -f "$tunnel_left" > "$work/left.log" 2>&1 < /dev/null &
daemons+=($!)
in_right env WG_PROCESS_FOREGROUND=1 "$daemon" -f "$tunnel_right" > "$work/right.log" 2>&1 < /dev/null &
daemons+=($!)
await 50 wg show "$tunnel_left" && await 50 wg show "$tunnel_right" || {
  say "the control sockets did not answer within 5 s"
  exit 1
}
say "left: process ${daemons[0]}, interface $tunnel_left; right: process ${daemons[1]}, interface $tunnel_right"

step "configured by the stock wg"
for side in left right; do
  (umask 077 && wg genkey > "$work/$side.key") && wg pubkey < "$work/$side.key" > "$work/$side.pub" || exit 1
done
(umask 077 && wg genpsk > "$work/psk") || exit 1
wg set "$tunnel_left" private-key "$work/left.key" listen-port 51820 peer "$(cat "$work/right.pub")" \
  preshared-key "$work/psk" endpoint 192.0.2.2:51820 allowed-ips 10.77.0.2/32,fd77::2/128 || exit 1
wg set "$tunnel_right" private-key "$work/right.key" listen-port 51820 peer "$(cat "$work/left.pub")" \
  preshared-key "$work/psk" allowed-ips 10.77.0.1/32,fd77::1/128 || exit 1
in_left ip address add 10.77.0.1/24 dev "$tunnel_left" && in_left ip address add fd77::1/64 dev "$tunnel_left" nodad \
  && in_left ip link set "$tunnel_left" up || exit 1
in_right ip address add 10.77.0.2/24 dev "$tunnel_right" && in_right ip address add fd77::2/64 dev "$tunnel_right" nodad \
  && in_right ip link set "$tunnel_right" up || exit 1
say "left 10.77.0.1 and fd77::1 <-> right 10.77.0.2 and fd77::2"

step "the first ping makes the handshake"
in_left ping -n -c 3 -i 0.3 -W 5 10.77.0.2 | sed -n '/bytes from/p;/^rtt/p' || exit 1
in_left ping -n -6 -c 3 -i 0.3 -W 5 fd77::2 | sed -n '/bytes from/p;/^rtt/p' || exit 1
say
wg show "$tunnel_left" || exit 1
[ "$(wg show "$tunnel_left" latest-handshakes | cut -f 2)" -gt 0 ] || {
  say "no handshake is shown"
  exit 1
}

step "TCP through the tunnel for $seconds s"
in_right iperf3 -s -1 -B 10.77.0.2 > "$work/iperf3-server.log" 2>&1 < /dev/null &
helpers+=($!)
await 50 sh -c "ip netns exec $right ss -Hltn 'sport = :5201' | grep -q ." || exit 1
timeout $((seconds + 20)) ip netns exec "$left" iperf3 -c 10.77.0.2 -t "$seconds" -i 1 -f g --forceflush < /dev/null \
  2> "$work/iperf3-client.log" | tee "$work/iperf3.txt" \
  | awk '/sec/ && !/sender|receiver/ { split($3, t, "-"); printf "  %3d s  %s %s\n", t[2], $7, $8; fflush() }' || exit 1
rate=$(awk '/receiver/ { print $7, $8 }' "$work/iperf3.txt")
[ -n "$rate" ] || {
  say "iperf3 gave no result"
  exit 1
}
say
wg show "$tunnel_left" | grep -E 'latest handshake|transfer'
say
say "TCP through the tunnel: $rate"
