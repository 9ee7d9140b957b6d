"""depth.py IMAGE MAP TABLE: the deepest chain of calls from everything that NT calls, in bytes of stack.

Frames and calls are read from the disassembly of the linked x86-64 image: return address, pushes, what is taken from the
stack pointer. An entry is a function of the glue that nothing calls directly. TABLE names what the disassembly does not
tell: where a call through a register goes, and how much an entry may use. A call that nobody named, a recursion and a
stack of variable size are errors. What the kernel's own functions use is not counted: the limits leave it room.
"""
import fnmatch
import re
import subprocess
import sys
from os import environ

RETURN_ADDRESS = 8


class Function:
    def __init__(self, name, is_glue):
        self.name, self.is_glue = name, is_glue
        self.frame = RETURN_ADDRESS
        self.calls, self.jumps = set(), set()
        self.is_indirect = False


def symbols(path):
    """Address to name, and whether the glue has it, from the linker's map."""
    found, is_glue = {}, False
    for line in open(path):
        parts = line.split(None, 3)
        if len(parts) < 4 or not re.fullmatch("[0-9a-f]{8}", parts[0]):
            continue
        what = parts[3].strip()
        if ":(" in what:
            is_glue = "/glue/" in what
        elif parts[1] == "00000000":
            found.setdefault(int(parts[0], 16), (what, is_glue))
    return found


def disassemble(image, names):
    """Every function of the code, with its frame and whom it calls."""
    text = subprocess.run([environ.get("OBJDUMP", "llvm-objdump"), "-d", "--no-show-raw-insn", image],
                          check=True, capture_output=True, text=True).stdout
    base = 0x140000000
    functions, current, loaded = {}, None, set()
    for line in text.splitlines():
        match = re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)", line)
        if not match:
            continue
        address, operation, operands = int(match[1], 16) - base, match[2], match[3].split("#")[0].strip()
        if address in names:
            current = functions[address] = Function(*names[address])
            loaded = set()
        if current is not None:
            step(current, operation, operands, base, loaded)
    return functions


def step(function, operation, operands, base, loaded):
    """One instruction. `loaded` holds the registers that have the address of an import, which is data of the image."""
    target = re.match(r"0x([0-9a-f]+)", operands)
    move = re.match(r"0x[0-9a-f]+\(%rip\), %(\w+)", operands)
    if operation == "movq" and move:
        loaded.add(move[1])
    if operation == "pushq":
        function.frame += 8
    elif operation == "subq" and operands.endswith(", %rsp"):
        size = re.match(r"\$(-?)0x([0-9a-f]+)", operands)
        if not size:
            raise SystemExit(f"depth: the stack of {function.name} has a variable size")
        function.frame += int(size[2], 16)
    elif operation == "andq" and operands.endswith(", %rsp"):
        function.frame += 32
    elif operation.startswith("call"):
        register = re.match(r"\*%(\w+)", operands)
        if target:
            function.calls.add(int(target[1], 16) - base)
        elif not (register and register[1] in loaded) and "(%rip)" not in operands:
            function.is_indirect = True
    elif operation.startswith("j") and target:
        function.jumps.add(int(target[1], 16) - base)


def read_table(path):
    limits, edges, recursions = [], [], {}
    for line in open(path):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "limit":
            limits.append((words[1], int(words[2])))
        elif words[0] == "recurses":
            recursions[words[1]] = int(words[2])
        elif words[0] == "calls":
            edges.append((words[1], words[2:]))
        else:
            raise SystemExit(f"depth: {path}: {line}")
    return limits, edges, recursions


class Depths:
    def __init__(self, functions, edges, recursions):
        self.functions, self.edges, self.recursions = functions, edges, recursions
        self.known, self.unnamed = {}, set()

    def called(self, function):
        """Whom a function calls, and whom it jumps to at its end."""
        calls = {self.functions[a] for a in function.calls if a in self.functions}
        if function.is_indirect:
            targets = [t for pattern, targets in self.edges if fnmatch.fnmatch(function.name, pattern) for t in targets]
            if not targets:
                self.unnamed.add(function.name)
            calls |= {f for f in self.functions.values() for t in targets if t != "-" and fnmatch.fnmatch(f.name, t)}
        jumps = {self.functions[a] for a in function.jumps if a in self.functions} - {function}
        return calls, jumps

    def deepest(self, function, above=()):
        """Bytes and the chain of functions."""
        if function in above:
            raise SystemExit("depth: recursion: " + " > ".join(f.name for f in above[above.index(function):]))
        if function in self.known:
            return self.known[function]
        calls, jumps = self.called(function)
        if function in calls and function.name in self.recursions:
            calls.remove(function)
            function.frame *= self.recursions[function.name]
        best = (function.frame, [function])
        for callee in calls:
            depth, chain = self.deepest(callee, above + (function,))
            best = max(best, (function.frame + depth, [function] + chain), key=lambda b: b[0])
        for callee in jumps:
            depth, chain = self.deepest(callee, above + (function,))
            best = max(best, (depth, [function] + chain), key=lambda b: b[0])
        self.known[function] = best
        return best


def main(image, map_path, table_path):
    sys.setrecursionlimit(10000)
    functions = disassemble(image, symbols(map_path))
    limits, edges, recursions = read_table(table_path)
    depths = Depths(functions, edges, recursions)
    called = set().union(*(f.calls | f.jumps for f in functions.values()))
    entries = [f for a, f in functions.items() if f.is_glue and a not in called]
    failed = False
    for entry in sorted(entries, key=lambda f: f.name):
        depth, chain = depths.deepest(entry)
        limit = next(most for pattern, most in limits if fnmatch.fnmatch(entry.name, pattern))
        print(f"{depth:6} of {limit:6}  " + " > ".join(f"{f.name} {f.frame}" for f in chain))
        failed |= depth >= limit
    for name in sorted(depths.unnamed):
        print(f"depth: {name} calls through a register, and the table does not say whom", file=sys.stderr)
    return 1 if failed or depths.unnamed or not entries else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
