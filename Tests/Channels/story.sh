#!/usr/bin/env bash
# story.sh NEEDLETAIL: runs the lines of Docs/ChannelStory.md as they stand there, and looks
# whether they come to what the text beside them says. Needs python3, curl and tar.
set -eu
needletail=$(realpath "$1") docs=$(realpath "$(dirname "$0")/../../Docs/ChannelStory.md")
work=$(mktemp -d)
mkdir "$work/bin" "$work/folder"
ln -s "$needletail" "$work/bin/needletail"
cleanup() {
  trap - EXIT INT TERM
  [ -e "$work/folder/web.pid" ] && kill "$(cat "$work/folder/web.pid")" 2> /dev/null
  rm -rf "$work"
}
trap 'status=$?; cleanup; exit $status' EXIT
trap 'exit 130' INT TERM
fail() { echo "story.sh: $*" >&2; cat "$work/said" >&2; exit 1; }

awk '/^```sh$/ { code = 1; next } code && /^```$/ { exit } code' "$docs" \
  > "$work/lines"
[ "$(wc -l < "$work/lines")" -gt 50 ] || { echo "story.sh: the lines are not in $docs" >&2; exit 1; }
cd "$work/folder"
PATH="$work/bin:$PATH" timeout 120 bash -eu "$work/lines" > "$work/said" 2>&1 || fail "a line failed"

# What is said, in this order.
from=1
for words in '1 is installed' '0→100000 ppm' '100000→1000000 ppm : WAIT' 'exposure    500 needed' 'ends with 1$' \
  '2 is halted by its publisher' 'ends with 12$' 'taken all the same: a lesson' '1 runs again' 'ends with 33$' \
  'quarantined  2' '^release 1$' 'freshness unknown since' '1 is installed'; do
  line=$(tail -n "+$from" "$work/said" | grep -n -m 1 -e "$words" | cut -d : -f 1)
  [ -n "$line" ] || fail "nothing said \"$words\" after line $from"
  from=$((from + line))
done
echo "story.sh: passed"
