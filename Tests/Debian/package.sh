#!/usr/bin/env bash
# package.sh OLD.deb NEW.deb: two revisions of the Debian package, as lintian, systemd and dpkg see them: linted; units
# verified, and no more exposed than they were; installed, upgraded under a tunnel that carries traffic, half unpacked,
# downgraded, removed and purged in a throw-away copy of this system, which stays as it is. Needs root, lintian,
# systemd-analyze, unshare, wg, ip and ping. Says what it saw; ends with 1 when it was not as it should be.
set -eu
if [ -z "${PACKAGE_INSIDE:-}" ]; then
  old=$(realpath "$1") new=$(realpath "$2")
  exec env PACKAGE_INSIDE=1 timeout 600 unshare -mnp --fork --kill-child --mount-proc "$0" "$old" "$new"
fi
old=$1 new=$2
fail() { echo "package.sh: $*" >&2; exit 1; }
ok() { echo "ok: $*"; }

work=$(mktemp -d)
trap 'umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/inner" "$work/copy" "$work/units" "$work/names"

# What lintian has against it; errors and warnings end it, but those that the overrides explain.
lintian --fail-on error,warning --allow-root "$new" > "$work/lintian" 2>&1 || fail "lintian: $(cat "$work/lintian")"
ok "lintian: $(grep -c '^[EW]:' "$work/lintian" || true) errors and warnings"

# The copy: what is written goes to a folder of our own, and /run is empty: no service manager runs there.
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/inner" overlay "$work/copy"
mount -t tmpfs tmpfs /run
for folder in proc sys dev run; do mount --rbind "/$folder" "$work/copy/$folder"; done
mount -t tmpfs tmpfs "$work/copy/tmp"
cp "$old" "$work/copy/tmp/old.deb"
cp "$new" "$work/copy/tmp/new.deb"
in_root() { chroot "$work/copy" "$@"; }
dpkg_in() { in_root env DEBIAN_FRONTEND=noninteractive dpkg --force-unsafe-io "$@" > "$work/dpkg.log" 2>&1; }
version() { in_root dpkg-query -W -f '${Status} ${Version}' needletail 2> /dev/null || true; }
old_version=$(dpkg-deb -f "$old" Version) new_version=$(dpkg-deb -f "$new" Version)
dpkg --compare-versions "$old_version" lt "$new_version" || fail "$old_version is not older than $new_version"

# Installed.
dpkg_in --install /tmp/old.deb || fail "$(cat "$work/dpkg.log")"
[ "$(version)" = "install ok installed $old_version" ] || fail "is $(version)"
[ -z "$(in_root dpkg --verify needletail)" ] || fail "$(in_root dpkg --verify needletail)"
[ "$(in_root needletail --version)" = "needletail ${old_version%-*}" ] || fail "needletail --version"
[ "$(in_root needletaild --version)" = "needletaild ${old_version%-*}" ] || fail "needletaild --version"
for page in needletail.1 needletail-channel.1 needletail.channel.1 needletaild.8; do
  ls "$work/copy/usr/share/man/man${page##*.}/$page.gz" > /dev/null 2>&1 && echo "$page" >> "$work/pages"
done
[ "$(grep -c . "$work/pages")" -ge 3 ] || fail "pages: $(cat "$work/pages")"
in_root bash -c '. /usr/share/bash-completion/completions/needletail && complete -p needletail' > /dev/null || fail "no completion"
enabled() { [ -L "$work/copy/etc/systemd/system/$1" ]; }
enabled sysinit.target.wants/needletail-boot.service || fail "the unit for the machine's start is off"
enabled timers.target.wants/needletail-update.timer || fail "the timer is off"
ok "$old_version is installed, its units are on, nothing of it is changed"

# The units, as they lie there.
units=$(cd "$work/copy/lib/systemd/system" && ls needletail*)
instances=$(echo "$units" | sed 's/@\./@wg0./')
in_root systemd-analyze verify --man=no $instances > "$work/units.log" 2>&1 || fail "$(cat "$work/units.log")"
[ ! -s "$work/units.log" ] || fail "$(cat "$work/units.log")"
# How exposed each may be, of 100, as systemd-analyze counts it.
for limit in needletail@.service:40 needletail-boot.service:40 needletail-refresh.service:30 \
  needletaild@.service:40 needletail-update.service:93; do
  in_root systemd-analyze security --no-pager --offline=true --threshold="${limit#*:}" "${limit%:*}" > "$work/security" 2>&1 ||
    fail "$limit: $(tail -n 1 "$work/security")"
  ok "$(grep -o 'Overall exposure.*' "$work/security")"
  ! in_root systemd-analyze security --no-pager --offline=true --threshold=10 "${limit%:*}" > /dev/null 2>&1 ||
    fail "the threshold is not looked at"
done

# A tunnel by the installed daemon, to one in a namespace of its own, and traffic through it.
ip link set lo up
ip netns add far
ip link add near0 type veth peer name far0 netns far
ip address add 192.0.2.1/24 dev near0 && ip link set near0 up
ip -n far address add 192.0.2.2/24 dev far0 && ip -n far link set far0 up && ip -n far link set lo up
for side in near far; do (umask 077; wg genkey > "$work/$side.key"); wg pubkey < "$work/$side.key" > "$work/$side.public"; done
start() { # start NAMESPACE NAME ADDRESS OWN OTHER ENDPOINT ALLOWED: a daemon of the package, in the foreground for its number
  ${1:+ip netns exec "$1"} chroot "$work/copy" needletaild -f "$2" > "$work/$2.log" 2>&1 < /dev/null &
  eval "$4_daemon=$!"
  for try in $(seq 400); do [ -S "/run/wireguard/$2.sock" ] && break; sleep 0.05; done
  [ -S "/run/wireguard/$2.sock" ] || fail "$2 does not start: $(cat "$work/$2.log")"
  wg set "$2" private-key "$work/$4.key" listen-port 51820 peer "$(cat "$work/$5.public")" allowed-ips "$7/32" \
    endpoint "$6:51820"
  ip ${1:+-n "$1"} address add "$3/24" dev "$2"
  ip ${1:+-n "$1"} link set "$2" up
}
start "" wg-near 10.9.0.1 near far 192.0.2.2 10.9.0.2
start far wg-far 10.9.0.2 far near 192.0.2.1 10.9.0.1
ping -q -c 3 -i 0.2 -W 3 10.9.0.2 > "$work/ping" || fail "no traffic: $(cat "$work/ping" "$work"/wg-*.log)"
ok "the tunnel carries traffic"

# Started by the first who asks, as a socket unit does it.
in_root systemd-socket-activate -l /run/wireguard/wg-asked.sock needletaild -f wg-asked > "$work/asked.log" 2>&1 < /dev/null &
asked=$!
for try in $(seq 400); do [ -S /run/wireguard/wg-asked.sock ] && break; sleep 0.05; done
! ip link show wg-asked > /dev/null 2>&1 || fail "the interface is there before anybody asked"
wg set wg-asked listen-port 51999 && [ "$(wg show wg-asked listen-port)" = 51999 ] || fail "wg-asked: $(cat "$work/asked.log")"
ip link delete wg-asked
wait $asked || fail "wg-asked: $(cat "$work/asked.log")"
[ -S /run/wireguard/wg-asked.sock ] || fail "the daemon took the socket that is not its own away"
rm /run/wireguard/wg-asked.sock
ok "a daemon starts at its socket"

# What an administrator has changed stays: a setting, and a unit that is off. The tunnel goes on with its process.
echo 'LOG_LEVEL=silent' >> "$work/copy/etc/default/needletail"
in_root deb-systemd-helper disable needletail-boot.service > /dev/null 2>&1 || in_root systemctl disable needletail-boot.service
mkdir -p "$work/copy/var/lib/needletail/slots/1" && touch "$work/copy/var/lib/needletail/slots/1/file"
ping -i 0.1 10.9.0.2 > "$work/ping" &
pinging=$!
upgrade() { dpkg_in --force-confold --install "/tmp/$1.deb" || fail "$(cat "$work/dpkg.log")"; }
upgrade new
grep -q "tunnels go on" "$work/dpkg.log" || fail "nothing is said of the tunnels: $(cat "$work/dpkg.log")"
[ "$(version)" = "install ok installed $new_version" ] || fail "is $(version)"
sleep 0.5
kill -INT $pinging
wait $pinging || true
grep -q ' 0% packet loss' "$work/ping" || fail "the upgrade: $(tail -n 3 "$work/ping")"
kill -0 "$near_daemon" || fail "the daemon did not survive the upgrade"
readlink "/proc/$near_daemon/exe" | grep -q deleted || fail "the daemon's file was not replaced"
grep -q '^LOG_LEVEL=silent' "$work/copy/etc/default/needletail" || fail "a setting was lost"
! enabled sysinit.target.wants/needletail-boot.service || fail "a unit that was off is on again"
ok "$new_version under traffic: $(grep -o '[0-9]* packets transmitted' "$work/ping"), none lost; settings stay"

# The new program, when the tunnel is started anew.
kill "$near_daemon" && wait "$near_daemon" || true
start "" wg-near 10.9.0.1 near far 192.0.2.2 10.9.0.2
ping -q -c 3 -i 0.2 -W 5 10.9.0.2 > "$work/ping" || fail "the new program: $(cat "$work/ping")"
# The power goes while it is unpacked, and dpkg is told to go on; then back to the older one.
dpkg_in --unpack /tmp/old.deb || fail "$(cat "$work/dpkg.log")"
dpkg_in --force-confold --configure --pending || fail "$(cat "$work/dpkg.log")"
[ "$(version)" = "install ok installed $old_version" ] || fail "is $(version)"
upgrade new
in_root /var/lib/dpkg/info/needletail.postinst configure "$new_version" > /dev/null || fail "the script is not for twice"
ok "unpacked and then configured, downgraded, and configured twice"

# Removed: the daemon that was started by hand goes on, what is the administrator's stays.
dpkg_in --remove needletail || fail "$(cat "$work/dpkg.log")"
kill -0 "$near_daemon" || fail "the removal ended a daemon that is not its own"
ping -q -c 2 -i 0.2 -W 3 10.9.0.2 > "$work/ping" || fail "after the removal: $(cat "$work/ping")"
[ ! -e "$work/copy/usr/bin/needletaild" ] || fail "the program is still there"
[ -e "$work/copy/etc/default/needletail" ] && [ -e "$work/copy/var/lib/needletail/slots/1/file" ] || fail "too much is gone"
mkdir -p "$work/copy/etc/systemd/system/multi-user.target.wants"
ln -s /lib/systemd/system/needletail@.service "$work/copy/etc/systemd/system/multi-user.target.wants/needletail@wg0.service"
kill "$near_daemon" "$far_daemon"
wait "$near_daemon" "$far_daemon" || true
ok "removed, and what is somebody else's is left"

# Purged: of what there was not before, nothing is left but what dpkg and its helpers write down.
dpkg_in --purge needletail || fail "$(cat "$work/dpkg.log")"
[ -z "$(version)" ] || fail "is $(version)"
(cd "$work/upper" && find . -mindepth 1 \( -type f -o -type l -o -type d \) | sed 's/^\.//' | sort) > "$work/left"
left=
while read -r name; do
  case $name in /var/lib/dpkg* | /var/log* | /var/cache/* | /etc/systemd/system/multi-user.target.wants) continue ;; esac
  [ -e "$name" ] || [ -L "$name" ] || left="$left $name"
done < "$work/left"
[ -z "$left" ] || fail "left behind:$left"
ok "purged, and nothing is left"
echo "package.sh: passed"
