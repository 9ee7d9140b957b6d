#!/usr/bin/env python3
"""check.py MODULE [ROW...]: takes away one defence of a module after another, and has its tests notice.

MODULE.patches beside this file lists the changes, each under the rows of the threat table it belongs to. The tests of the
module run on a copy: without a change all must pass; with one, at least one test whose name has one of its rows must fail,
and none that has none of them. Only the changed module is compiled anew, without optimisation; what it imports is
optimised, because signatures take a hundred times as long otherwise. Tests that do not end in time are ended, and count
as a row that was not noticed. Ends with a table and what each took; exits with 1 when a row was not noticed, or noticed
by the wrong test, and with 2 when something could not be made.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SETTINGS = """[
  .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"), .enableExperimentalFeature("Lifetimes"),
  .enableExperimentalFeature("AddressableParameters"), .unsafeFlags(["%s", "-suppress-warnings"]),
]"""
# Seconds that the tests may take with a change; the first time, when everything is built, ten times as long.
LIMIT = 180


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
            settings = "changed" if name == module else "imported"
            targets.append(f'.target(name: "{name}", dependencies: [{dependencies}], swiftSettings: {settings})')
    for name in (module + "Tests", "Vectors"):
        link = place / "Tests" / name
        if not link.is_symlink():
            link.symlink_to(ROOT / "Tests" / name)
    dependencies = ", ".join(f'"{name}"' for name in wanted)
    targets.append(f'.testTarget(name: "{module}Tests", dependencies: [{dependencies}], swiftSettings: changed)')
    listed = ",\n  ".join(targets)
    (place / "Package.swift").write_text(
        "// swift-tools-version: 6.3\nimport PackageDescription\n"
        f"let changed: [SwiftSetting] = {SETTINGS % '-Onone'}\nlet imported: [SwiftSetting] = {SETTINGS % '-O'}\n"
        f'let package = Package(name: "needletail", targets: [\n  {listed}\n])\n'
    )


def failing_tests(module, place, limit=LIMIT):
    """The names of the tests that fail, by what was said; None when they did not end in so many seconds."""
    # To a file: of what is written to a pipe that is full, tests lose lines.
    log = place / "said"
    with log.open("w") as output:
        run = subprocess.Popen(
            ["swift", "test", "--filter", module + "Tests"], cwd=place, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        try:
            run.wait(timeout=limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            # With all that it has started: tests run in processes of their own.
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()
    said = log.read_text(errors="replace")
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
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
    begin = time.monotonic()
    failed = failing_tests(module, place, 10 * LIMIT)
    if failed is None:
        raise Fault(f"without a change the tests do not end in {10 * LIMIT} s")
    if failed:
        raise Fault(f"without a change these fail: {sorted(failed)}")
    print(f"without a change all pass, {time.monotonic() - begin:.0f} s", flush=True)
    wrong = 0
    for rows, file, old, new in patches:
        if chosen and not chosen & set(rows):
            continue
        (sources / file).write_text(texts[file].replace(old, new))
        begin = time.monotonic()
        failed = failing_tests(module, place)
        (sources / file).write_text(texts[file])
        if failed is None:
            wrong += 1
            print(f"{' '.join(rows):8} | NO END in {LIMIT} s | {old[:70]}", flush=True)
            continue
        strangers = [name for name in failed if not any(re.search(rf"\b{row}\b", name) for row in rows)]
        is_noticed = len(failed) > len(strangers)
        wrong += bool(strangers) or not is_noticed
        verdict = "noticed" if is_noticed else "NOT NOTICED"
        print(f"{' '.join(rows):8} | {verdict} by {len(failed)} | {time.monotonic() - begin:3.0f} s | {old[:70]}", flush=True)
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
