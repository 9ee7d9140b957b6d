#!/usr/bin/env python3
"""Makes the committed subset of the Wycheproof vectors: subset.py FOLDER-OF-WHOLE-SETS"""
import json
import pathlib
import sys

KEPT_PER_KIND = {"x25519_test.json": 6, "chacha20_poly1305_test.json": 10, "xchacha20_poly1305_test.json": 10}

for name, kept in KEPT_PER_KIND.items():
    whole = json.loads((pathlib.Path(sys.argv[1]) / name).read_text())
    seen = {}
    groups = []
    for group in whole["testGroups"]:
        tests = []
        for test in group["tests"]:
            kind = (test["result"], *sorted(test["flags"]))
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] <= kept:
                tests.append(test)
        if tests:
            groups.append({**{k: v for k, v in group.items() if k != "tests"}, "tests": tests})
    subset = {
        "source": "C2SP/wycheproof testvectors_v1/" + name,
        "license": "Apache-2.0",
        "algorithm": whole["algorithm"],
        "numberOfTests": sum(len(g["tests"]) for g in groups),
        "testGroups": groups,
    }
    target = pathlib.Path(__file__).parent / name
    target.write_text(json.dumps(subset, indent=1) + "\n")
    print(name, subset["numberOfTests"], "of", whole["numberOfTests"])
