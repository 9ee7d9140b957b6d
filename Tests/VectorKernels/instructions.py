#!/usr/bin/env python3
"""Compares the hot loops of the cipher kernels with instructions.txt, so that a compiler that begins to make something else
of the same sources is noticed: element-wise shifts, words spilled to the stack, products that became calls.

    instructions.py BUILD          fail where a loop in BUILD's objects is not what the file says
    instructions.py BUILD --write  make the file say what they are

Counts are of instructions in a loop; one that shuffles or multiplies more than before, or copies and spills a good deal
more, is a finding, even if it is right to accept it."""

import collections
import glob
import pathlib
import re
import subprocess
import sys

GOLDEN = pathlib.Path(__file__).with_name("instructions.txt")

# Kernel, the objects it is in, and what names its functions.
KERNELS = [
    ("portable", "Cryptography.build", "CipherKernelV8portable"),
    ("SSSE3", "CryptographySSSE3.build", "CryptographySSSE3"),
    ("AVX2", "CryptographyAVX2.build", "CryptographyAVX2"),
    ("AVX-512", "CryptographyAVX512.build", "CryptographyAVX512"),
]

# What an instruction counts as, the first that fits. `scalar` is what vectors fall apart into.
CLASSES = [
    ("scalar", r"v?p(extr|insr)[bwdq]|call"),
    ("add", r"v?paddd|vpaddq"),
    ("xor", r"v?(pxor[dq]?|xorps)|vpternlog[dq]"),
    ("shift", r"v?ps[lr]l[dq]"),
    ("rotate", r"vpro[lr]d"),
    ("union", r"v?por[dq]?"),
    ("shuffle", r"v?(pshuf\w+|shuf\w+|pblend\w*|punpck\w+|perm\w+|palignr)"),
    ("multiply", r"mulx?q?|imul|vpmadd52[lh]uq"),
]
# How much more than the file says is still the same loop: registers are allocated a little differently each time.
SLACK = {"copy": 8, "spill": 8}


def functions(path):
    """The functions of an object: name, and instructions as (address, operation, operands)."""
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", path], capture_output=True, text=True, check=True).stdout
    name, instructions = None, []
    for line in text.splitlines():
        if heading := re.match(r"[0-9a-f]+ <(.*)>:", line):
            if name:
                yield name, instructions
            name, instructions = heading[1], []
        elif found := re.match(r"\s+([0-9a-f]+):\s+(\S+)\s*(.*)", line):
            instructions.append((int(found[1], 16), found[2], found[3]))
    if name:
        yield name, instructions


def count(instructions):
    """How many instructions of each class."""
    counts = collections.Counter({name: 0 for name, _ in CLASSES} | {"copy": 0, "spill": 0})
    for _, operation, operands in instructions:
        if re.fullmatch(r"v?mov[adu]\w+", operation) and "mm" in operands:
            counts["spill" if re.search(r"\(%r[sb]p", operands) else "copy"] += 1
            continue
        for name, pattern in CLASSES:
            if re.fullmatch(pattern, operation):
                counts[name] += 1
                break
    return counts


def loops(instructions):
    """The innermost loops that compute in vectors, in the order of their addresses."""
    spans = []
    for address, operation, operands in instructions:
        target = re.match(r"([0-9a-f]+) <", operands) if operation.startswith("j") else None
        if target and int(target[1], 16) < address:
            spans.append((int(target[1], 16), address))
    found = []
    for first, last in sorted(spans, key=lambda span: span[1] - span[0]):
        # Ways through one loop overlap; a loop around one that is known contains it.
        body = [i for i in instructions if first <= i[0] <= last]
        counts = count(body)
        if counts["add"] < 12 or counts["xor"] < 4:
            continue
        if not any(first <= other_last and other_first <= last for other_first, other_last, _ in found):
            found.append((first, last, counts))
    return [counts for _, _, counts in sorted(found, key=lambda loop: loop[0])]


def measure(build):
    """A line for each hot loop."""
    lines = {}
    for kernel, folder, pattern in KERNELS:
        bodies = []
        for path in sorted(glob.glob(f"{build}/{folder}/*.o")):
            bodies += [(name, found) for name, body in functions(path) if pattern in name for found in loops(body)]
        seen = collections.Counter()
        for name, counts in sorted(bodies, key=lambda body: body[0]):
            # Local names are mangled with what the compiler did to a function: only what it is called here stays.
            role = next((role for role in ("seal", "open", "fill") if role in name), None)
            role = role or ("open" if "U0_" in name or "cfU0" in name else "seal")
            seen[role] += 1
            lines[f"{kernel} {role} {seen[role]}"] = counts
    return lines


def parse(text):
    """The lines of the file."""
    lines = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, values = line.split(": ")
            words = values.split()
            lines[key] = dict(zip(words[::2], map(int, words[1::2])))
    return lines


def differences(golden, lines):
    """What a reader must look at."""
    for key in sorted(golden.keys() - lines.keys()):
        yield f"{key}: no such loop any more"
    for key in sorted(lines.keys() - golden.keys()):
        yield f"{key}: a loop the file does not know"
    for key in sorted(golden.keys() & lines.keys()):
        for name, value in lines[key].items():
            expected = golden[key].get(name, 0)
            slack = SLACK.get(name, 0)
            if value > expected + slack or (not slack and value < expected):
                yield f"{key}: {name} {value}, not {expected}"


def main():
    lines = measure(sys.argv[1])
    if "--write" in sys.argv:
        text = ["# Instructions in the hot loops of the cipher kernels; see instructions.py."]
        text += [f"{key}: " + " ".join(f"{n} {v}" for n, v in counts.items() if v) for key, counts in lines.items()]
        GOLDEN.write_text("\n".join(text) + "\n")
        return
    golden = parse(GOLDEN.read_text())
    # X must notice a loop that changed; otherwise the comparison says nothing.
    for key, counts in lines.items():
        for name in ("scalar", "spill"):
            changed = lines | {key: counts | {name: counts[name] + 16}}
            if not list(differences(lines, changed)):
                sys.exit(f"{key}: sixteen more of {name} were not noticed")
    found = list(differences(golden, lines))
    print("\n".join(found) or f"instructions: {len(lines)} hot loops are what they were")
    sys.exit(1 if found else 0)


main()
