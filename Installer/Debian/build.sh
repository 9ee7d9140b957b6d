#!/bin/sh
# build.sh PROGRAMS PAGES OUTPUT [REVISION [LEVEL]]: the Debian package of the programs in the folder PROGRAMS, with the
# command's pages and completions in PAGES, and the same tree as a tar for update channels. Both are put together twice, and
# are the same to the byte: times are the commit's (or SOURCE_DATE_EPOCH), names are sorted. Then the package is compressed,
# by one thread, so that it is the same on every machine; LEVEL 0 … 9 says how much, 6 without it.
set -eu
cd "$(dirname "$0")/../.."
programs=$1 pages=$2 output=$3 revision=${4:-1} level=${5:-6}
version=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/needletaild/Needletaild.swift)-$revision
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
name=needletail_${version}_$architecture
umask 022

# put FILE PATH [MODE]: a copy in the tree.
put() { install -D -m "${3:-644}" "$1" "$root/$2"; }

# page FILE NAME: a manual page in the tree, under one word, as whatis wants it: needletail-channel-pin. In the text, the
# command keeps its blanks.
page() {
  section=${2##*.}
  place=$root/usr/share/man/man$section/$(echo "${2%.*}" | tr . -).$section
  mkdir -p "${place%/*}"
  awk '
    $0 == "" { print ".Pp"; next }
    /^\.Nm "/ && name == "" { name = $0; gsub(/"/, "", $0); sub(/^\.Nm /, "", $0); gsub(/ /, "-", $0); print ".Nm " $0; next }
    $0 == ".Nm" && name != "" { print name; next }
    /^\.Xr needletail/ { gsub(/\./, "-", $2) }
    { print }' "$1" > "$place"
}

# tree FOLDER: what dpkg installs, and what it runs.
tree() {
  root=$1/root
  for program in needletail needletaild; do
    put "$programs/$program" usr/bin/$program 755
    strip --strip-unneeded "$root/usr/bin/$program"
  done
  for page in "$pages"/man/*.[18]; do page "$page" "${page##*/}"; done
  put "$pages/completions/needletail.bash" usr/share/bash-completion/completions/needletail
  # It is read, and not run.
  sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/needletail"
  put "$pages/completions/needletail.zsh" usr/share/zsh/vendor-completions/_needletail
  put "$pages/completions/needletail.fish" usr/share/fish/vendor_completions.d/needletail.fish
  for unit in Installer/systemd/*; do put "$unit" "lib/systemd/system/${unit##*/}"; done
  put Installer/Debian/default etc/default/needletail
  # Where update channels keep what they bring; nobody but root may write there.
  install -d -m 755 "$root/var/lib/needletail"
  put Installer/Debian/lintian-overrides usr/share/lintian/overrides/needletail
  for file in copyright README.Debian; do put Installer/Debian/$file usr/share/doc/needletail/$file; done
  put "$1/debian/changelog" usr/share/doc/needletail/changelog.Debian
  notices > "$root/usr/share/doc/needletail/NOTICE"
  gzip -9n "$root/usr/share/doc/needletail/NOTICE" "$root/usr/share/doc/needletail/changelog.Debian" \
    "$root"/usr/share/man/man*/*
  for file in postinst prerm postrm; do put Installer/Debian/$file DEBIAN/$file 755; done
  (cd "$root" && find etc -type f | sed 's|^|/|' | sort) > "$root/DEBIAN/conffiles"
  (cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) \
    > "$root/DEBIAN/md5sums"
}

# The notices that the projects in the programs ask for.
notices() {
  for file in .build/checkouts/*/NOTICE.txt .build/checkouts/swift-nio-ssl/Sources/CNIOBoringSSL/LICENSE*; do
    [ -e "$file" ] && printf '\n==== %s\n\n' "${file#.build/checkouts/}" && cat "$file"
  done
  return 0
}

# package FOLDER: everything of one, below FOLDER.
package() {
  rm -rf "$1" && mkdir -p "$1/debian"
  cp Installer/Debian/control "$1/debian/control"
  cat > "$1/debian/changelog" << END
needletail ($version) unstable; urgency=medium

  * Version ${version%-*}; what is in it: https://needletail.example/releases

 -- $(sed -n 's/^Maintainer: //p' Installer/Debian/control)  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END
  tree "$1"
  # Without warnings: the linker names libz, of which nothing is used.
  (cd "$1" && dpkg-shlibdeps --warnings=0 -Tdebian/substvars root/usr/bin/needletail root/usr/bin/needletaild &&
    dpkg-gencontrol -pneedletail -Tdebian/substvars -fdebian/files -Proot)
  dpkg-deb --root-owner-group -Znone --build "$1/root" "$1/$name.deb" > /dev/null
  # The tree that a slot of a channel has, in the form that the client takes: no links, no root.
  (cd "$1/root" && find usr lib -type f | sort) > "$1/files"
  tar --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$1/root" -T "$1/files" \
    -cf "$1/$name.tar"
}

mkdir -p "$output"
package "$output/once"
package "$output/again"
cmp "$output/once/$name.deb" "$output/again/$name.deb"
cmp "$output/once/$name.tar" "$output/again/$name.tar"
dpkg-deb --root-owner-group --threads-max=1 -Zxz "-z$level" --build "$output/once/root" "$output/$name.deb" > /dev/null
mv "$output/once/$name.tar" "$output"
rm -rf "$output/once" "$output/again"
echo "$output/$name.deb, $(stat -c %s "$output/$name.deb") bytes"
