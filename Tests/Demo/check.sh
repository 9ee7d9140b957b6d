#!/usr/bin/env bash
# Checks the demo: it reaches its last line; interrupted at any step it leaves nothing; without root it says what to do.
set -u
here=$(cd "$(dirname "$0")" && pwd)
output=$(mktemp)
trap 'rm -f "$output"' EXIT
pid=
# The demo runs in a session of its own here, so a signal to this script has to be passed on.
trap '[ -n "$pid" ] && kill -TERM -- "-$pid" 2> /dev/null; wait; exit 143' INT TERM HUP
passed=0 failed=0

report() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)) && echo "ok    $2"; else
    failed=$((failed + 1))
    echo "FAIL  $2"
    sed 's/^/      /' "$output" | tail -n 25
  fi
}

# Whether processes, namespaces, interfaces or sockets of the demo with this process number are left.
is_clean() {
  local pid
  for pid in $(sed -n 's/.*process \([0-9]*\), interface.*process \([0-9]*\), interface.*/\1 \2/p' "$output"); do
    [ -e "/proc/$pid" ] && echo "process $pid is left" >> "$output" && return 1
  done
  ip netns list | grep -q -e "-$1\b" && echo "a namespace is left" >> "$output" && return 1
  ls /var/run/wireguard 2> /dev/null | grep -q "^nt[lr]$1\.sock" && echo "a socket is left" >> "$output" && return 1
  ip -o link show | grep -q -e "nt[lrv]$1" && echo "an interface is left" >> "$output" && return 1
  return 0
}

SECONDS_OF_TCP=2 setsid "$here/demo.sh" > "$output" 2>&1 < /dev/null &
pid=$!
wait "$pid"
status=$?
[ "$status" -eq 0 ] && grep -qE '^TCP through the tunnel: [0-9.]+ Gbits/sec$' "$output" && is_clean "$pid"
report $? "the demo ends with a throughput figure"

# Interrupted after each step it announces, as Ctrl-C does it: SIGINT to all of the demo's process group.
for step in "two machines" "on each" "configured by" "first ping" "TCP through the tunnel for"; do
  setsid env --default-signal=INT SECONDS_OF_TCP=20 "$here/demo.sh" > "$output" 2>&1 < /dev/null &
  pid=$!
  for _ in $(seq 300); do
    grep -q "^== .*$step" "$output" && break
    sleep 0.1
  done
  sleep 0.2
  kill -INT -- "-$pid" 2> /dev/null
  wait "$pid"
  status=$?
  [ "$status" -eq 130 ] && is_clean "$pid"
  report $? "interrupted at “$step” it leaves nothing"
done

# A canary for the check itself: a demo that is killed outright cannot clean up, and that must be noticed.
setsid env SECONDS_OF_TCP=20 "$here/demo.sh" > "$output" 2>&1 < /dev/null &
pid=$!
for _ in $(seq 300); do
  grep -q "^== the first ping" "$output" && break
  sleep 0.1
done
kill -KILL -- "-$pid" 2> /dev/null
wait "$pid" 2> /dev/null
! is_clean "$pid"
report $? "what a killed demo leaves is noticed"
for left in $(sed -n 's/.*process \([0-9]*\), interface.*process \([0-9]*\), interface.*/\1 \2/p' "$output"); do
  kill -KILL "$left" 2> /dev/null
done
ip netns del "nt-left-$pid"
ip netns del "nt-right-$pid"
rm -f "/var/run/wireguard/ntl$pid.sock" "/var/run/wireguard/ntr$pid.sock"

DAEMON=/bin/false "$here/demo.sh" > "$output" 2>&1 < /dev/null &
pid=$!
wait "$pid"
[ $? -eq 1 ] && grep -q 'failed at: a false on each' "$output" && is_clean "$pid"
report $? "a daemon that does not start is said, and leaves nothing"

setpriv --reuid=65534 --regid=65534 --clear-groups bash -s < "$here/demo.sh" > "$output" 2>&1
[ $? -eq 2 ] && grep -q 'sudo make demo' "$output"
report $? "without root it says what to do"

unshare --mount sh -c 'mount -t tmpfs none /dev && exec "$0"' "$here/demo.sh" > "$output" 2>&1 < /dev/null
[ $? -eq 2 ] && grep -q 'modprobe tun' "$output"
report $? "without a TUN device it says what to do"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
