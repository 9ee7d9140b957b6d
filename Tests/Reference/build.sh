#!/usr/bin/env bash
# build.sh BUILD_FOLDER OUTPUT [MODULE...]: the documentation of every library module of the package, made of what the
# build folder has compiled, and a page for each group of modules, as one archive for web servers: OUTPUT/needletail.doccarchive.
# A warning is an error. Needs docc and swift-symbolgraph-extract, which are in the toolchain.
set -eu
cd "$(dirname "$0")/../.."
build=$1 output=$2
shift 2
modules=${*:-$(awk '!/^#/ && $2 ~ /^(core|library|host)$/ { print $1 }' Sources/Modules)}
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
rm -rf "$output"
mkdir -p "$output/parts"

# C modules that Swift ones were compiled with.
flags=()
packages=$(dirname "$(dirname "$build")")/checkouts
for map in "$build"/*.build/module.modulemap "$packages"/*/Sources/*/include/module.modulemap Sources/CSodium/module.modulemap Driver/Kernel/Include/shell/module.modulemap; do
  flags+=(-Xcc "-fmodule-map-file=$map")
done

# convert NAME ARGUMENT...: one part of the archive.
convert() {
  local name=$1
  shift
  "$docc" convert "$@" --output-dir "$output/parts/$name.doccarchive" --fallback-display-name "$name" \
    --fallback-bundle-identifier "needletail.$name" --warnings-as-errors > "$output/parts/$name.log" 2>&1 || {
    echo "$name is not documented as it should be:" >&2
    cat "$output/parts/$name.log" >&2
    return 1
  }
}

failed=0 count=0
for catalog in Docs/Reference/*.docc; do
  convert "$(basename "$catalog" .docc)" "$catalog" || failed=1
done
target=$(swift -print-target-info | awk -F '"' '/"unversionedTriple"/ { print $4 }')
for module in $modules; do
  # Parts of the driver and its library that only make compiles.
  [ -d "Sources/$module" ] || continue
  folder=$output/parts/$module.graphs
  mkdir -p "$folder"
  swift-symbolgraph-extract -module-name "$module" -I "$build/Modules" "${flags[@]}" -target "$target" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$folder"
  convert "$module" --additional-symbol-graph-dir "$folder" || failed=1
  count=$((count + 1))
done
[ "$failed" -eq 0 ] || exit 1
"$docc" merge "$output"/parts/*.doccarchive --synthesized-landing-page-name Needletail \
  --output-path "$output/needletail.doccarchive"
for module in $modules; do
  [ ! -d "Sources/$module" ] || [ -s "$output/needletail.doccarchive/data/documentation/$(echo "$module" | tr '[:upper:]' '[:lower:]').json" ] || {
    echo "$module has no page" >&2
    exit 1
  }
done
rm -rf "$output/parts"
echo "$count modules documented without a warning: $output/needletail.doccarchive"
