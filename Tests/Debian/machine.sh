#!/usr/bin/env bash
# machine.sh PACKAGE.deb [SETTING]: the Debian package on a machine of its own: a minimal Debian with Debian's kernel is booted
# in QEMU and started anew, and boots.sh beside this looks at each start at what came up by itself. The machine has no network
# but a cable to a namespace in it, where the kernel's own WireGuard is the far end. A SETTING goes into the tunnel's unit, to
# see that the machine notices. Needs root, debootstrap, mke2fs, qemu-system-x86_64 and wg. Ends with what the machine ended
# with, after 30 minutes at the latest.
set -eu
if [ -z "${MACHINE_INSIDE:-}" ]; then
  exec env MACHINE_INSIDE=1 timeout --foreground -k 20 1800 \
    unshare -mp --fork --kill-child --mount-proc "$0" "$(realpath "$1")" "${2:-}"
fi
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'umount -l "$work"; rmdir "$work"' EXIT
mount -t tmpfs tmpfs "$work"
root=$work/debian
mkdir "$root"
fail() { echo "machine.sh: $*" >&2; exit 1; }

# The Debian, and what starts it: of the kernel's modules, only what leads to the disk.
"$here/../Support/debian-root.sh" "$root" > "$work/log" 2>&1 || fail "$(tail -n 20 "$work/log")"
mkdir -p "$root/etc/initramfs-tools/conf.d"
echo MODULES=list > "$root/etc/initramfs-tools/conf.d/machine"
printf '%s\n' virtio_pci virtio_blk ext4 > "$root/etc/initramfs-tools/modules"
cp "$1" "$root/package.deb"
mount -t proc proc "$root/proc"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ./package.deb \
  systemd-sysv udev dbus linux-image-cloud-amd64 nftables iputils-ping wireguard-tools > "$work/log" 2>&1 ||
  fail "$(tail -n 20 "$work/log")"

# Its tunnel: everything goes into it.
mkdir "$root/opt/story"
cp "$here/boots.sh" "$root/opt/story"
umask 077
for side in near far; do
  wg genkey > "$root/opt/story/$side.key"
  wg pubkey < "$root/opt/story/$side.key" > "$root/opt/story/$side.public"
done
wg genpsk > "$root/opt/story/shared.key"
cat > "$root/etc/wireguard/wg0.conf" << END
[Interface]
PrivateKey = $(cat "$root/opt/story/near.key")
ListenPort = 51820
Address = 10.9.0.1/24, fd09::1/64
[Peer]
PublicKey = $(cat "$root/opt/story/far.public")
PresharedKey = $(cat "$root/opt/story/shared.key")
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = 192.0.2.2:51820
END
umask 022
echo 'LOG_LEVEL=verbose' >> "$root/etc/default/needletail"

# Its network, which comes late, and who looks at what came up.
cat > "$root/etc/systemd/system/cable.service" << END
[Unit]
Before=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash /opt/story/boots.sh cable
[Install]
WantedBy=network-online.target
END
cat > "$root/etc/systemd/system/story.service" << END
[Unit]
After=multi-user.target
[Service]
Type=exec
StandardOutput=file:/dev/ttyS1
StandardError=inherit
ExecStart=/bin/bash /opt/story/boots.sh
[Install]
WantedBy=multi-user.target
END
if [ -n "$2" ]; then
  mkdir "$root/etc/systemd/system/needletail@.service.d"
  printf '[Service]\n%s\n' "$2" > "$root/etc/systemd/system/needletail@.service.d/setting.conf"
fi
chroot "$root" systemctl --quiet enable needletail@wg0 cable story
# What takes long, and has to do with nothing here.
chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer serial-getty@ttyS0.service
umount "$root/proc"

cp "$root"/boot/vmlinuz-* "$work/vmlinuz"
cp "$root"/boot/initrd.img-* "$work/initrd"
mke2fs -q -t ext4 -d "$root" "$work/disk" 2G > /dev/null || fail "the disk's image was not made"
rm -rf --one-file-system "$root"

# start ACCELERATOR SECONDS: the machine, when its kernel runs so soon. It ends when it turns itself off, and when it wants to
# be started anew.
start() {
  rm -f "$work/console" "$work/said"
  qemu-system-x86_64 -no-reboot -accel "$1" -cpu max -m 768 -nodefaults -no-user-config -display none -nic none \
    -kernel "$work/vmlinuz" -initrd "$work/initrd" \
    -append "root=/dev/vda rw console=ttyS0 loglevel=7 mitigations=off systemd.default_timeout_start_sec=600" \
    -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" \
    -serial "file:$work/console" -serial "file:$work/said" \
    -object rng-random,id=rng,filename=/dev/urandom -device virtio-rng-pci,rng=rng > "$work/log" 2>&1 < /dev/null &
  machine=$!
  for _ in $(seq "$2"); do
    sleep 1
    kill -0 $machine 2> /dev/null || break
    ! grep -qs 'Run /init' "$work/console" || return 0
  done
  echo "machine.sh: with $1 it does not start: $(tail -n 2 "$work/log")"
  kill -KILL $machine 2> /dev/null || true
  wait $machine || true
  return 1
}
# A /dev/kvm that is there may yet run no kernel.
accelerator=kvm
{ [ -w /dev/kvm ] && start kvm 20 2> /dev/null; } ||
  { accelerator=tcg && start tcg 300; } || fail "$(tail -n 30 "$work/console")"

# follow SECONDS: what the story says, while the machine runs.
follow() {
  tail -n +1 -f --pid=$machine "$work/said" &
  for _ in $(seq "$1"); do
    kill -0 $machine 2> /dev/null || break
    ! grep -q 'Kernel panic' "$work/console" || break
    sleep 1
  done
  kill -KILL $machine 2> /dev/null && echo "machine.sh: the machine did not turn itself off"
  wait || true
  cat "$work/said" >> "$work/story"
  ! grep -q '^FAIL' "$work/story" || exit 1
}
follow 600
grep -q '^ok: ' "$work/story" || fail "the story does not begin; the console's: $(tail -n 30 "$work/console")"
grep -q 'reboot: Restarting' "$work/console" || fail "it does not start anew; the console's: $(tail -n 30 "$work/console")"
start $accelerator 300 || fail "$(tail -n 30 "$work/console")"
follow 600
grep -qx 'boots.sh: passed' "$work/story" || fail "the story has no end; the console's: $(tail -n 30 "$work/console")"
