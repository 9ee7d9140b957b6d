#!/bin/sh
# Writes the command's completions and manual pages from its own table of commands into build/command, and checks that no
# command is missing; a page of the daemon as well, when it is beside the command. The argument parser's tool makes the pages,
# with a date that is the same for the same commit. With an argument, the programs are in that folder.
set -eu
cd "$(dirname "$0")/../.."
place=build/command
programs=${1:-.build/debug}
program=$programs/needletail
tool=$programs/generate-manual
rm -rf $place
mkdir -p $place/completions $place/man
for shell in bash zsh fish; do
  $program --generate-completion-script $shell >$place/completions/needletail.$shell
done
$tool $program --multi-page --date "$(git log -1 --format=%cs)" --output-directory $place/man
bash -n $place/completions/needletail.bash
$program --experimental-dump-help >$place/commands.json
python3 -B Tests/CommandPages/check.py $place
# A page that is missing must be noticed.
mv $place/man/needletail.show.1 $place/page
if python3 -B Tests/CommandPages/check.py $place >/dev/null; then echo "a missing page is not noticed" && exit 1; fi
mv $place/page $place/man/needletail.show.1
rm $place/commands.json
[ ! -e "$programs/needletaild" ] ||
  $tool "$programs/needletaild" --section 8 --date "$(git log -1 --format=%cs)" --output-directory $place/man
