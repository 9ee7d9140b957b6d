#!/usr/bin/env bash
# cycle.sh NEEDLETAIL NEEDLETAILD: two machines in namespaces with a tunnel between them, of which the left one
# is updated by needletail while traffic flows: from release 1 of the daemon to 2, and to three more that go back by
# themselves, without anybody's program that asks probes: 3 does not start, 4 forgets its configuration, 5 ends after a
# while. Needs root, wg, ip and ping. Says what it saw; ends with 1 when it was not as it should be. Tests/Debian/units.sh
# does it with the package's tree and units.
set -eu
needletail=$(realpath "$1") daemon=$(realpath "$2")
# Control sockets of its own: what comes and goes among those of the machine would be watched as well.
if [ -z "${CYCLE_INSIDE:-}" ]; then exec env CYCLE_INSIDE=1 unshare -m "$0" "$@"; fi
mkdir -p /run/wireguard && mount -t tmpfs tmpfs /run/wireguard
work=$(mktemp -d) left=ntl$$ right=ntr$$ stopped=
export XDG_RUNTIME_DIR="$work"

cleanup() {
  trap - EXIT INT TERM
  for file in "$work"/*.pid; do [ -e "$file" ] && kill "$(cat "$file")" 2> /dev/null; done
  if [ -z "$stopped" ]; then
    echo "cycle.sh: ended early; the last lines of its logs:"
    tail -n 5 "$work"/*.log 2> /dev/null
  fi
  ip netns delete $left 2> /dev/null
  ip netns delete $right 2> /dev/null
  rm -rf "$work"
}
trap 'status=$?; cleanup; exit $status' EXIT
trap 'exit 130' INT TERM

fail() { echo "cycle.sh: $*" >&2; exit 1; }
release() { "$needletail" release "$@" --root "$work/publisher" > "$work/release.log" 2>&1 || fail "release $*: $(cat "$work/release.log")"; }

# Two machines, and a tunnel that is configured as always.
ip netns add $left
ip netns add $right
ip link add $left netns $left type veth peer name $right netns $right
ip -n $left address add 192.0.2.1/24 dev $left
ip -n $right address add 192.0.2.2/24 dev $right
for side in $left $right; do ip -n $side link set $side up && ip -n $side link set lo up; done
for side in left right; do (umask 077; wg genkey > "$work/$side.key"); wg pubkey < "$work/$side.key" > "$work/$side.public"; done

cat > "$work/start" << END
#!/usr/bin/env bash
# start NAMESPACE PROGRAM INTERFACE ADDRESS CONFIGURATION: a daemon in the place of the one that runs.
set -eu
# A process that is left behind must not keep open what its starter waits for.
for fd in /proc/self/fd/*; do [ "\${fd##*/}" -le 2 ] || eval "exec \${fd##*/}>&-"; done
if [ -e "$work/\$3.pid" ]; then
  kill "\$(cat "$work/\$3.pid")" 2> /dev/null || true
  while [ -e "/proc/\$(cat "$work/\$3.pid")" ]; do sleep 0.05; done
fi
ip netns exec "\$1" "\$2" -f "\$3" > "$work/\$3.log" 2>&1 < /dev/null &
echo \$! > "$work/\$3.pid"
for try in \$(seq 100); do
  ip netns exec "\$1" wg show "\$3" > /dev/null 2>&1 && break
  [ -e "/proc/\$(cat "$work/\$3.pid")" ] || exit 1
  sleep 0.05
done
[ -e "\${2%/usr/*}/forgets" ] || ip netns exec "\$1" wg setconf "\$3" "\$5"
ip -n "\$1" address add "\$4" dev "\$3"
ip -n "\$1" link set "\$3" up
END
# What needletail runs to have the slot's files take over.
cat > "$work/restart" << END
#!/bin/sh
exec "$work/start" $left "$work/client/current/usr/bin/needletaild" ntl0 10.9.0.1/24 "$work/left.conf"
END
chmod +x "$work/start" "$work/restart"
conf() { # conf OWN OTHER ENDPOINT ALLOWED
  printf '[Interface]\nPrivateKey = %s\nListenPort = 51820\n[Peer]\nPublicKey = %s\nEndpoint = %s:51820\nAllowedIPs = %s/32\n' \
    "$(cat "$work/$1.key")" "$(cat "$work/$2.public")" "$3" "$4" > "$work/$1.conf"
}
conf left right 192.0.2.2 10.9.0.2
conf right left 192.0.2.1 10.9.0.1
"$work/start" $right "$daemon" ntr0 10.9.0.2/24 "$work/right.conf"

# A publisher with five releases; the third has no program, and the others that are wrong are so in their own ways.
for key in root1 root2 release1 release2 timestamp snapshot brake evidence; do release keys new "$work/$key"; done
release repo init --key root="$work/root1.pub" --key root="$work/root2.pub" --key releases="$work/release1.pub" \
  --key releases="$work/release2.pub" --key timestamp="$work/timestamp.pub" --key snapshot="$work/snapshot.pub" \
  --key brake="$work/brake.pub" --key evidence="$work/evidence.pub"
release repo sign --key "$work/root1" --key "$work/root2"
echo notes > "$work/notes"
for serial in 1 2 3 4 5; do
  tree=$work/$serial
  install -D "$daemon" "$tree/usr/bin/needletaild"
  case $serial in
    3) printf '#!/bin/sh\nexit 1\n' > "$tree/usr/bin/needletaild" ;;
    4) touch "$tree/forgets" ;;
    5)
      mkdir "$tree/inner" && mv "$tree/usr/bin/needletaild" "$tree/inner/needletaild"
      printf '#!/bin/sh\nexec timeout -s KILL 2 "$(dirname "$(realpath "$0")")/../../inner/needletaild" "$@"\n' \
        > "$tree/usr/bin/needletaild" && chmod 755 "$tree/usr/bin/needletaild" ;;
  esac
  echo $serial > "$tree/release"
  (cd "$tree" && find . -type f -printf '%P\n' | sort) > "$work/files"
  tar --format=ustar --owner=0 --group=0 --mtime=@0 -C "$tree" -T "$work/files" -cf "$work/$serial.tar"
  release repo add portable $serial --version 1.0.$serial --file "tar:linux:$(uname -m):$work/$serial.tar" \
    --notes "$work/notes" --recipe 'make deb'
done
release repo sign --key "$work/release1" --key "$work/release2"
offer() {
  release advance portable "$1" --to 1000000 --step 4 --despite drill --key "$work/release1" --key "$work/release2"
  release repo publish --timestamp-key "$work/timestamp" --snapshot-key "$work/snapshot"
}

# A machine that trusts the first root, and takes the first release.
offer 1
mkdir "$work/client"
cp "$work/publisher/repo/1.root.json" "$work/client/root.json"
cat > "$work/client/policy.json" << END
{"repository": "$work/publisher/repo", "updateMode": "auto", "restart": ["$work/restart"],
 "probationSeconds": 6}
END
update() { "$needletail" channel update --root "$work/client" > "$work/update.log" 2>&1; }
runs() { # runs SERIAL: the process that serves the tunnel is that slot's file
  [ "$(realpath "/proc/$(cat "$work/ntl0.pid")/exe")" = "$(realpath "$work/client/slots/$1/usr/bin/needletaild")" ] ||
    fail "the tunnel is not served by release $1"
}
goes_back() { # goes_back SERIAL STATUS...: the release is offered, fails in the way it should, and 2 runs again
  local serial=$1 status=0
  shift
  offer "$serial"
  update || status=$?
  case " $* " in *" $status "*) ;; *) fail "release $serial ended with $status: $(cat "$work/update.log")" ;; esac
  runs 2
  "$needletail" channel status --root "$work/client" | grep -q "quarantined .*$serial" ||
    fail "release $serial is not in quarantine"
  echo "release $serial went back by itself with $status, and release 2 serves the tunnel"
}
update || fail "release 1: $(cat "$work/update.log")"
runs 1
echo "release 1 serves the tunnel"

# Traffic that goes on through both.
ip netns exec $left ping -i 0.2 -W 1 10.9.0.2 > "$work/ping.txt" 2>&1 &
echo $! > "$work/ping.pid"
offer 2
update || fail "release 2: $(cat "$work/update.log")"
runs 2
echo "release 2 serves the tunnel"

goes_back 3 31
sleep 1
kill -INT "$(cat "$work/ping.pid")"
wait "$(cat "$work/ping.pid")" || true
rm "$work/ping.pid"
summary=$(grep transmitted "$work/ping.txt")
echo "ping through all of it: $summary"
# A restart takes the tunnel away for as long as it takes; it must come back by itself, and soon.
sent=${summary%% *}
silence=$(grep -o 'icmp_seq=[0-9]*' "$work/ping.txt" | cut -d= -f2 | sort -n | awk -v sent="$sent" '
  { if ($1 - last - 1 > longest) longest = $1 - last - 1; last = $1 }
  END { if (sent - last > longest) longest = sent - last; print longest + 0 }')
[ "$silence" -le 20 ] || fail "$silence pings of $sent in succession were lost, four seconds and more"

# These have to be watched for a while before they are known for what they are.
goes_back 4 33
grep -q 'the probe configuration fails' "$work/update.log" || fail "release 4: $(cat "$work/update.log")"
goes_back 5 33
grep -q 'the probe service fails' "$work/update.log" || fail "release 5: $(cat "$work/update.log")"
"$needletail" channel log verify --root "$work/client" > /dev/null || fail "the log does not verify"
ip netns exec $left ping -q -c 5 -i 0.2 -W 2 10.9.0.2 > "$work/ping.txt" || fail "no traffic at the end: $(cat "$work/ping.txt")"
stopped=yes
echo "cycle.sh: passed"
