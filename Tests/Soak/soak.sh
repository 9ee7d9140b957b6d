#!/usr/bin/env bash
# soak.sh [SECONDS]: TCP through a tunnel between two namespaces for five minutes, between two daemons whose clocks run
# twenty times as fast (a build with the trait FastClock, which nothing else uses): a session is replaced every six
# seconds. Neither may lose the connection, hand a byte on twice or wrongly, or grow.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${1:-300}
daemon=.build-soak/release/needletaild
left=nt-soakl-$$ right=nt-soakr-$$ tunnel_left=nsl$$ tunnel_right=nsr$$
work=$(mktemp -d)
started=()

say() { printf '%s\n' "$*"; }
fail() {
  say "soak: FAIL: $*"
  tail -n 5 "$work"/*.log 2> /dev/null
  exit 1
}
cleanup() {
  trap - EXIT
  for pid in ${started[@]+"${started[@]}"}; do kill -TERM "$pid" 2> /dev/null; done
  sleep 1
  for pid in ${started[@]+"${started[@]}"}; do kill -KILL "$pid" 2> /dev/null; done
  ip netns del "$left" 2> /dev/null
  ip netns del "$right" 2> /dev/null
  rm -rf "$work" "/var/run/wireguard/$tunnel_left.sock" "/var/run/wireguard/$tunnel_right.sock"
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

swift build -c release --static-swift-stdlib -Xswiftc -cross-module-optimization --traits FastClock --scratch-path .build-soak \
  --product needletaild || fail "no build"

ip netns add "$left" && ip netns add "$right" || fail "no namespaces: run as root"
ip link add "nsv$$l" netns "$left" type veth peer name "nsv$$r" netns "$right" || fail "no cable"
for side in left right; do
  eval "space=\$$side tunnel=\$tunnel_$side"
  [ $side = left ] && number=1 || number=2
  ip -n "$space" address add "192.0.2.$number/24" dev "nsv$$${side:0:1}"
  ip -n "$space" link set "nsv$$${side:0:1}" up
  ip netns exec "$space" "$daemon" -f "$tunnel" > "$work/$side.log" 2>&1 < /dev/null &
  started+=($!)
  (umask 077 && wg genkey > "$work/$side.key")
  wg pubkey < "$work/$side.key" > "$work/$side.pub"
done
for _ in $(seq 100); do wg show "$tunnel_left" > /dev/null 2>&1 && wg show "$tunnel_right" > /dev/null 2>&1 && break; sleep 0.1; done
wg set "$tunnel_left" private-key "$work/left.key" listen-port 51820 peer "$(cat "$work/right.pub")" \
  endpoint 192.0.2.2:51820 allowed-ips 10.78.0.2/32 || fail "wg set"
wg set "$tunnel_right" private-key "$work/right.key" listen-port 51820 peer "$(cat "$work/left.pub")" \
  allowed-ips 10.78.0.1/32 || fail "wg set"
ip -n "$left" address add 10.78.0.1/24 dev "$tunnel_left" && ip -n "$left" link set "$tunnel_left" up || fail "address"
ip -n "$right" address add 10.78.0.2/24 dev "$tunnel_right" && ip -n "$right" link set "$tunnel_right" up || fail "address"

ip netns exec "$right" iperf3 -s -1 -B 10.78.0.2 > "$work/server.log" 2>&1 < /dev/null &
started+=($!)
for _ in $(seq 100); do ip netns exec "$right" ss -Hltn 'sport = :5201' | grep -q . && break; sleep 0.1; done
timeout $((seconds + 60)) ip netns exec "$left" iperf3 -c 10.78.0.2 -t "$seconds" -i 10 -b 400M -f m \
  > "$work/client.log" 2>&1 < /dev/null &
client=$!
started+=("$client")

# The resident set, in KB.
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
begin=$SECONDS handshakes=0 last= first_left= first_right=
while kill -0 "$client" 2> /dev/null; do
  latest=$(wg show "$tunnel_left" latest-handshakes | cut -f 2)
  [ "$latest" = "$last" ] || { handshakes=$((handshakes + 1)) last=$latest; }
  if [ -z "$first_left" ] && [ $((SECONDS - begin)) -ge $((seconds / 5)) ]; then
    first_left=$(resident "${started[0]}") first_right=$(resident "${started[1]}")
  fi
  [ $((SECONDS - begin)) -lt $((seconds - 3)) ] && end_left=$(resident "${started[0]}") end_right=$(resident "${started[1]}")
  sleep 0.5
done
wait "$client" || fail "the connection was lost"
grep -q receiver "$work/client.log" || fail "no result"
# Intervals in which nothing passed: the tunnel stood still.
stalls=$(awk '/sec/ && !/sender|receiver/ && $7 == "0.00" { n++ } END { print n + 0 }' "$work/client.log")
say "soak: $seconds s, $handshakes sessions, $stalls intervals without traffic; $(awk '/receiver/ { print $5, $6, $7, $8 }' "$work/client.log")"
say "soak: resident KB after a fifth of the time and at the end: left $first_left $end_left, right $first_right $end_right"
[ "$handshakes" -ge $((seconds / 8)) ] || fail "sessions were not replaced"
[ "$stalls" -eq 0 ] || fail "the tunnel stood still"
for pair in "$first_left $end_left" "$first_right $end_right"; do
  set -- $pair
  [ "$2" -le $(($1 + $1 / 20 + 512)) ] || fail "a daemon grew from $1 to $2 KB"
done
say "soak: passed"
