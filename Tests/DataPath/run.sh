#!/usr/bin/env bash
# run.sh: holds the threads that carry packets to what they may do for a packet beside their work: nothing is allocated
# and no reference is counted. Two daemons between two namespaces carry large and small packets both ways, with a
# library loaded that counts those calls by thread; a planted call must be found. Needs root.
set -u
cd "$(dirname "$0")/../.." || exit 1
daemon=${DAEMON:-$PWD/.build/release/needletaild}
work=$(mktemp -d)
spaces=(nt-golden-$$-a nt-golden-$$-b) tunnels=(nga$$ ngb$$)
daemons=() others=()

fail() {
  tail -n 5 "$work"/*.log 2> /dev/null
  echo "data path: FAIL: $*"
  exit 1
}
end() {
  for pid in "$@"; do kill -TERM "$pid" 2> /dev/null; done
  for pid in "$@"; do wait "$pid" 2> /dev/null; done
}
stop() {
  end ${others[@]+"${others[@]}"} ${daemons[@]+"${daemons[@]}"}
  daemons=() others=()
  for side in 0 1; do ip netns del "${spaces[side]}" 2> /dev/null; done
}
trap 'stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# start [PLANT]: the two daemons, and a first packet each way.
start() {
  for side in 0 1; do ip netns add "${spaces[side]}" || fail "no namespaces: run as root"; done
  ip link add "ngv$$a" netns "${spaces[0]}" type veth peer name "ngv$$b" netns "${spaces[1]}" || fail "no cable"
  for side in 0 1; do
    local link=ngv$$a
    [ $side = 0 ] || link=ngv$$b
    ip -n "${spaces[side]}" address add "192.0.2.$((side + 1))/24" dev "$link"
    ip -n "${spaces[side]}" link set "$link" up
    : > "$work/counts$side"
    nsenter --net="/run/netns/${spaces[side]}" env NEEDLETAIL_SYMBOLS="$symbols" NEEDLETAIL_PLANT="${1:-}" \
      NEEDLETAIL_COUNTS="$work/counts$side" LD_PRELOAD="$work/count.so" \
      "$daemon" -f "${tunnels[side]}" > "$work/$side.log" 2>&1 < /dev/null &
    daemons+=($!)
    (umask 077 && wg genkey > "$work/key$side")
    wg pubkey < "$work/key$side" > "$work/public$side"
  done
  for _ in $(seq 100); do
    wg show "${tunnels[0]}" > /dev/null 2>&1 && wg show "${tunnels[1]}" > /dev/null 2>&1 && break
    sleep 0.1
  done
  for side in 0 1; do
    wg set "${tunnels[side]}" private-key "$work/key$side" listen-port 51820 peer "$(cat "$work/public$((1 - side))")" \
      endpoint "192.0.2.$((2 - side)):51820" allowed-ips "10.78.0.$((2 - side))/32" || fail "wg set"
    ip -n "${spaces[side]}" address add "10.78.0.$((side + 1))/24" dev "${tunnels[side]}" || fail "address"
    ip -n "${spaces[side]}" link set "${tunnels[side]}" up || fail "no interface"
  done
  nsenter --net="/run/netns/${spaces[0]}" ping -n -q -c 5 -i 0.2 -W 5 10.78.0.2 > "$work/ping.log" 2>&1 || fail "no ping"
}

# counts SIDE THREAD: allocations, objects and references of the thread of this name so far.
counts() {
  local pid=${daemons[$1]} thread=
  for task in /proc/"$pid"/task/*; do
    [ "$(cat "$task/comm")" = "$2" ] && thread=${task##*/}
  done
  od -An -v -w32 -t u8 "$work/counts$1" | awk -v thread="$thread" '$1 == thread { print $2, $3, $4; n++ } END { exit n != 1 }'
}

# carry: small and large packets both ways.
carry() {
  [ ${#others[@]} -gt 0 ] || {
    nsenter --net="/run/netns/${spaces[1]}" iperf3 -s -B 10.78.0.2 > "$work/server.log" 2>&1 < /dev/null &
    others+=($!)
  }
  for _ in $(seq 100); do
    nsenter --net="/run/netns/${spaces[1]}" ss -Hltn 'sport = :5201' | grep -q . && break
    sleep 0.1
  done
  for flags in "-u -l 64 -b 8M --bidir" "--bidir"; do
    # shellcheck disable=SC2086
    timeout 60 nsenter --net="/run/netns/${spaces[0]}" iperf3 -c 10.78.0.2 -t 2 $flags >> "$work/client.log" 2>&1 \
      || fail "no traffic"
  done
}

packets() { ip -n "${spaces[$1]}" -s -j link show dev "${tunnels[$1]}" | grep -oE '"packets":[0-9]+' | cut -d : -f 2 | sort -n | head -n 1; }

# measure: carries, and adds up what the four threads did meanwhile; sets `found` and `carried`.
measure() {
  local before=() after=() names=(transmit receive) place=0
  for side in 0 1; do for name in "${names[@]}"; do before+=("$(counts $side $name)") || fail "thread $name is not counted"; done; done
  local first
  first=$(packets 0)
  carried=0 found=0
  # A busy machine carries less in the same time.
  for _ in 1 2 3 4 5 6; do
    carry
    carried=$(($(packets 0) - first))
    [ "$carried" -ge 5000 ] && break
  done
  for side in 0 1; do
    for name in "${names[@]}"; do
      after=("$(counts $side $name)")
      # shellcheck disable=SC2086
      set -- ${before[place]} ${after[0]}
      echo "  side $side, $name: $(($4 - $1)) allocations, $(($5 - $2)) objects, $(($6 - $3)) references"
      found=$((found + $4 - $1 + $5 - $2 + $6 - $3))
      place=$((place + 1))
    done
  done
}

clang -O2 -Wall -Wextra -Werror -shared -fPIC -o "$work/count.so" Tests/DataPath/count.c -ldl || fail "no library"
symbols=$(nm "$daemon" | awk '$3 ~ /^_?swift_(retain|release|retain_n|release_n|allocObject)$|_swift_retain_adapter$|forInstrumentsOnly$/ {
  printf "%s=%s ", $3, $1 }')
for plant in "" malloc retain; do
  echo "${plant:+planted: }${plant:-as it is}"
  start "$plant"
  # The library is in the way of all three kinds of call: starting makes some of each.
  od -An -v -w32 -t u8 "$work/counts0" | awk '{ a += $2; o += $3; r += $4 } END { exit !(a && o && r) }' \
    || fail "calls are not counted"
  measure
  stop
  [ "$carried" -ge 5000 ] || fail "only $carried packets were carried"
  if [ -z "$plant" ]; then
    # Each of the four threads may once get memory of its own: with the first lock that it has to wait for.
    [ "$found" -le 4 ] || fail "$found calls for $carried packets"
  else
    [ "$found" -ge 1000 ] || fail "the planted calls were not found"
  fi
done
echo "data path: passed"
