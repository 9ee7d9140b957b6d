#!/bin/sh
# debian-root.sh FOLDER: a minimal Debian in the folder, made by debootstrap, whose apt asks the mirror that this machine's
# asks, and in the same way. What is fetched is kept in build/test/debian-packages. Needs root and debootstrap.
set -eu
root=$1
kept=$(cd "$(dirname "$0")/../.." && pwd)/build/test/debian-packages
mkdir -p "$kept" "$root/etc/dpkg/dpkg.cfg.d"
# It is thrown away: nothing has to survive a loss of power.
echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/throw-away"
# The first mirror of Debian's, in either form of apt's list of sources.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2> /dev/null | grep -v '^ *#' |
  grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ')
debootstrap --variant=minbase --cache-dir="$kept" bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# How this machine reaches its mirror, but nothing that empties apt's store.
for file in /etc/apt/apt.conf.d/*; do
  grep -qE 'Invoke|Clean' "$file" || cp "$file" "$root/etc/apt/apt.conf.d"
done
chroot "$root" apt-get update
