"""depth.py IMAGE MAP TABLE: the deepest chain of calls from everything that NT calls, in bytes of stack.

Frames and calls are read from the disassembly of the linked x86-64 image: return address, pushes, what is taken from the
stack pointer. An entry is a function of the glue that nothing calls directly. TABLE says how much an entry may use,
how often who has a function call itself, and where a call through a register goes: in the glue out of the image, in Swift to
those functions whose address is taken that it names. Another call through a register, a function whose address is taken
and that nobody is said to call, another recursion and a stack of variable size are errors. What the kernel's own functions
use is not counted: the limits leave it room.
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
        self.is_indirect = self.is_taken = False


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
    functions, current, loaded, taken = {}, None, set(), set()
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
        if operation.startswith("lea"):
            taken |= {int(a, 16) - base for a in re.findall(r"# 0x([0-9a-f]+)", match[3])}
    for address in taken & functions.keys():
        functions[address].is_taken = True
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
    limits, outside, closures, recursions = [], set(), [], {}
    for line in open(path):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "limit":
            limits.append((words[1], int(words[2])))
        elif words[0] == "recurses":
            recursions.setdefault(words[1], []).append((words[2], int(words[3])))
        elif words[0] == "outside":
            outside |= set(words[1:])
        elif words[0] == "closures":
            closures.append((words[1], words[2:]))
        else:
            raise SystemExit(f"depth: {path}: {line}")
    return limits, outside, closures, recursions


class Depths:
    def __init__(self, functions, outside, closures, recursions):
        self.functions, self.outside, self.closures, self.recursions = functions, outside, closures, recursions
        self.known, self.unnamed = {}, set()

    def taken(self):
        return [f for f in self.functions.values() if f.is_taken and not f.is_glue]

    def called(self, function):
        """Whom a function calls, and whom it jumps to at its end."""
        calls = {self.functions[a] for a in function.calls if a in self.functions}
        if function.is_indirect:
            if function.is_glue:
                self.unnamed |= {function.name} - self.outside
            else:
                patterns = next((p for caller, p in self.closures if fnmatch.fnmatch(function.name, caller)), [])
                self.unnamed |= set() if patterns else {function.name}
                calls |= {f for f in self.taken() for p in patterns if fnmatch.fnmatch(f.name, p)}
        jumps = {self.functions[a] for a in function.jumps if a in self.functions} - {function}
        return calls, jumps

    def deepest(self, function, above=()):
        """Bytes and the chain of functions."""
        if function in above:
            raise SystemExit("depth: recursion: " + " > ".join(f.name for f in above[above.index(function):]))
        if function in self.known:
            return self.known[function]
        calls, jumps = self.called(function)
        if function.name in self.recursions:
            calls.discard(function)
        best = (function.frame, [function])
        for callee in calls:
            depth, chain = self.deepest(callee, above + (function,))
            depth *= next((n for p, n in self.recursions.get(callee.name, []) if fnmatch.fnmatch(function.name, p)), 1)
            best = max(best, (function.frame + depth, [function] + chain), key=lambda b: b[0])
        for callee in jumps:
            depth, chain = self.deepest(callee, above + (function,))
            best = max(best, (depth, [function] + chain), key=lambda b: b[0])
        self.known[function] = best
        return best


def main(image, map_path, table_path):
    sys.setrecursionlimit(10000)
    functions = disassemble(image, symbols(map_path))
    limits, outside, closures, recursions = read_table(table_path)
    depths = Depths(functions, outside, closures, recursions)
    called = set().union(*(f.calls | f.jumps for f in functions.values()))
    entries = [f for a, f in functions.items() if f.is_glue and a not in called]
    failed = False
    for entry in sorted(entries, key=lambda f: f.name):
        depth, chain = depths.deepest(entry)
        limit = next(most for pattern, most in limits if fnmatch.fnmatch(entry.name, pattern))
        print(f"{depth:6} of {limit:6}  " + " > ".join(f"{f.name} {f.frame}" for f in chain))
        if depth >= limit:
            print(f"depth: {entry.name} goes {depth} bytes deep", file=sys.stderr)
            failed = True
    for function in depths.taken():
        if not function.name.startswith("switch.table") and not any(
                fnmatch.fnmatch(function.name, p) for _, patterns in closures for p in patterns):
            print(f"depth: {function.name} can be called through a register, and the table does not say who does",
                  file=sys.stderr)
            failed = True
    for name in sorted(depths.unnamed):
        print(f"depth: {name} calls through a register, and the table does not say whom", file=sys.stderr)
    return 1 if failed or depths.unnamed or not entries else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
