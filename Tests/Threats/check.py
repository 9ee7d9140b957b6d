#!/usr/bin/env python3
"""check.py MODULE [ROW...]: takes away one defence of a module after another, and has its tests notice.

MODULE.patches beside this file lists the changes, each under the rows of the threat table it belongs to. The tests of the
module run on a copy: without a change all must pass; with one, at least one test whose name has one of its rows must fail,
and none that has none of them. Ends with a table; exits with 1 when a row was not noticed, or noticed by the wrong test,
and with 2 when something could not be made.
"""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = """[
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableExperimentalFeature("Lifetimes"),
  .enableExperimentalFeature("AddressableParameters"), .unsafeFlags(["-Onone", "-suppress-warnings"]),
]"""


class Fault(Exception):
    """What went wrong here, as opposed to in a module."""


def read_patches(path):
    """The changes in a file of patches: rows, file, old, new."""
    patches = []
    for block in re.split(r"\n\s*\n", path.read_text()):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if not lines:
            continue
        if len(lines) != 3 or not lines[1].startswith("- ") or not lines[2].startswith("+ "):
            raise Fault(f"{path.name}: not a patch:\n{block}")
        *rows, file = lines[0].split()
        patches.append((rows, file, lines[1][2:], lines[2][2:]))
    return patches


def modules():
    """What each module of this package may import, by the table of modules."""
    table = {}
    for line in (ROOT / "Sources/Modules").read_text().splitlines():
        if line and not line.startswith("#"):
            name, kind, *imports = line.split()
            table[name] = (kind, imports)
    return table


def make_package(module, place):
    """A package of the module, what it imports, and its tests, in `place`; the sources of the module are a copy."""
    table = modules()
    wanted, open_ = [], [module, "CSodium"]
    while open_:
        name = open_.pop()
        if name not in wanted and name in table:
            wanted.append(name)
            open_ += table[name][1]
    shutil.rmtree(place / "Sources", ignore_errors=True)
    (place / "Sources").mkdir(parents=True)
    (place / "Tests").mkdir(exist_ok=True)
    targets = []
    for name in wanted:
        source = ROOT / "Sources" / name
        if name == module:
            shutil.copytree(source, place / "Sources" / name)
        else:
            (place / "Sources" / name).symlink_to(source)
        kind, imports = table[name]
        dependencies = ", ".join(f'"{other}"' for other in imports if other in wanted)
        if name == "CSodium":
            targets.append('.systemLibrary(name: "CSodium", pkgConfig: "libsodium")')
        elif kind == "c":
            targets.append(f'.target(name: "{name}")')
        else:
            targets.append(f'.target(name: "{name}", dependencies: [{dependencies}], swiftSettings: strict)')
    for name in (module + "Tests", "Vectors"):
        link = place / "Tests" / name
        if not link.is_symlink():
            link.symlink_to(ROOT / "Tests" / name)
    dependencies = ", ".join(f'"{name}"' for name in wanted)
    targets.append(f'.testTarget(name: "{module}Tests", dependencies: [{dependencies}], swiftSettings: strict)')
    listed = ",\n  ".join(targets)
    (place / "Package.swift").write_text(
        "// swift-tools-version: 6.3\nimport PackageDescription\n"
        f"let strict: [SwiftSetting] = {SETTINGS}\n"
        f'let package = Package(name: "needletail", targets: [\n  {listed}\n])\n'
    )


def failing_tests(module, place):
    """The names of the tests that fail, and what was said."""
    run = subprocess.run(
        ["swift", "test", "--filter", module + "Tests"], cwd=place, capture_output=True, text=True, timeout=1200
    )
    said = run.stdout + run.stderr
    failed = set(re.findall(r'✘ Test "([^"]*)"(?: with .*?)? failed after', said))
    if run.returncode != 0 and not failed:
        raise Fault(f"the tests did not run:\n{said[-3000:]}")
    if not re.search(r"Test run with [1-9]\d* tests", said):
        raise Fault("no test ran")
    return failed


def main():
    if len(sys.argv) < 2:
        print(__doc__.splitlines()[0])
        return 2
    module, chosen = sys.argv[1], set(sys.argv[2:])
    patches = read_patches(pathlib.Path(__file__).with_name(module + ".patches"))
    place = ROOT / "build/threats" / module
    sources = place / "Sources" / module
    make_package(module, place)
    texts = {}
    for rows, file, old, _ in patches:
        texts[file] = (sources / file).read_text()
        if texts[file].count(old) != 1:
            raise Fault(f"{' '.join(rows)}: its line occurs {texts[file].count(old)} times in {file}: {old}")
    failed = failing_tests(module, place)
    if failed:
        raise Fault(f"without a change these fail: {sorted(failed)}")
    wrong = 0
    for rows, file, old, new in patches:
        if chosen and not chosen & set(rows):
            continue
        (sources / file).write_text(texts[file].replace(old, new))
        failed = failing_tests(module, place)
        (sources / file).write_text(texts[file])
        strangers = [name for name in failed if not any(re.search(rf"\b{row}\b", name) for row in rows)]
        is_noticed = len(failed) > len(strangers)
        wrong += bool(strangers) or not is_noticed
        verdict = "noticed" if is_noticed else "NOT NOTICED"
        print(f"{' '.join(rows):8} | {verdict} by {len(failed)} | {old[:70]}", flush=True)
        for name in sorted(strangers):
            print(f"         |   and by one of another row: {name}", flush=True)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Fault as fault:
        print(f"check.py: {fault}")
        sys.exit(2)
