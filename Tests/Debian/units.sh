#!/usr/bin/env bash
# units.sh OLD.deb NEW.deb: the Debian package under a service manager of its own: a throw-away copy of this system is booted in
# a container, where story.sh beside this installs, starts, upgrades, crashes, updates and removes. Needs root, systemd-nspawn
# and what story.sh needs. Ends with what the story ends with.
set -eu
if [ -z "${UNITS_INSIDE:-}" ]; then
  exec env UNITS_INSIDE=1 timeout -k 20 900 unshare -mp --fork --kill-child --mount-proc "$0" "$(realpath "$1")" "$(realpath "$2")"
fi
story=$(realpath "$(dirname "$0")/story.sh")
work=$(mktemp -d)
trap 'umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs tmpfs "$work"
mkdir "$work/upper" "$work/inner" "$work/copy"
mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/inner" overlay "$work/copy"
root=$work/copy
# Without what keeps services from starting in images that are no machines.
rm -rf "$root/etc/fstab" "$root/var/lib/needletail" "$root/etc/wireguard" "$root/usr/sbin/policy-rc.d"
mkdir -p "$root/opt/story" "$root/etc/wireguard"
cp "$1" "$root/opt/story/old.deb"
cp "$2" "$root/opt/story/new.deb"
cp "${2%.deb}.tar" "$root/opt/story/new.tar"
cp "$story" "$root/opt/story/story.sh"
cat > "$root/etc/systemd/system/story.service" << END
[Unit]
After=multi-user.target
[Service]
Type=oneshot
StandardOutput=file:/opt/story/said
StandardError=inherit
ExecStart=/bin/bash /opt/story/story.sh
ExecStopPost=/bin/systemctl --no-block --force poweroff
TimeoutStartSec=840
[Install]
WantedBy=multi-user.target
END
ln -s ../story.service "$root/etc/systemd/system/multi-user.target.wants/story.service"
SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=$([ -e /sys/fs/cgroup/cgroup.controllers ] && echo 1 || echo 0) \
  systemd-nspawn -q -D "$root" -b --register=no --keep-unit --private-network --bind=/dev/net/tun \
  < /dev/null > "$work/console" 2>&1 || true
cat "$root/opt/story/said" 2> /dev/null || { echo "units.sh: the container did not come so far:"; tail -n 30 "$work/console"; }
grep -qx 'story.sh: passed' "$root/opt/story/said"
