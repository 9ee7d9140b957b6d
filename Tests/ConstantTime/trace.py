#!/usr/bin/env python3
"""Follows the cipher kernels instruction by instruction and compares what they do with different secrets: every address of an
instruction, and every address it reads or writes, must be the same. That is what memcheck checks too, but on the processor
itself, which knows the instructions that valgrind does not: AVX-512.

    trace.py CHECK-CONSTANT-TIME

The program's mode `trace` calls each kernel once with secrets made from a number. Memory is laid out the same in every
run, so that addresses can be compared. A planted leak must show as a difference."""

import ctypes
import os
import re
import signal
import subprocess
import sys

LENGTHS = [0, 1, 16, 64, 65, 192, 193, 448, 449, 960, 1420, 1421, 2100, 4096]
# What is followed, by a part of the symbol that only its functions have; kernels of missing processors are skipped.
SUBJECTS = ["AVX5120B6CipherO4seal", "AVX5120B6CipherO4open"]
LEAKS = ["plantedBranch", "plantedAddress"]

TRACEME, PEEKTEXT, POKETEXT, CONT, SINGLESTEP, GETREGS, SETREGS = 0, 1, 4, 7, 9, 12, 13
REGISTERS = (
    "r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss fs_base gs_base ds es fs gs"
).split()
NO_RANDOMIZE = 0x0040000


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in REGISTERS]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, pid, address=None, data=None):
    ctypes.set_errno(0)
    result = libc.ptrace(request, pid, address, data)
    if result == -1 and ctypes.get_errno():
        raise OSError(ctypes.get_errno(), f"ptrace request {request}")
    return result


def registers(pid):
    values = Registers()
    ptrace(GETREGS, pid, None, ctypes.addressof(values))
    return values


OPERAND = re.compile(r"(-?0x[0-9a-f]+)?\((?:%(\w+))?(?:,%(\w+),(\d))?\)")


def operands(program):
    """For each instruction of the program its memory operands, and for each function its first address."""
    text = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True).stdout
    memory, starts = {}, {}
    for line in text.splitlines():
        if heading := re.match(r"([0-9a-f]+) <(.*)>:", line):
            starts[heading[2]] = int(heading[1], 16)
        elif found := re.match(r"\s+([0-9a-f]+):\s+(\S+)\s*(.*)", line):
            # These only look as if they read: an address that is computed, and padding, perhaps behind prefixes.
            if not found[2].startswith("lea") and "nop" not in line:
                memory[int(found[1], 16)] = [
                    (int(offset or "0", 16), base, index, int(scale or 1))
                    for offset, base, index, scale in OPERAND.findall(found[3])]
    return memory, starts


def start(program, length, seed):
    """The program in a process that is followed, stopped at its first instruction."""
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        libc.personality(NO_RANDOMIZE)
        ptrace(TRACEME, 0)
        os.execve(program, [program, "trace", f"{length:05}", f"{seed:03}"], {})
    os.waitpid(pid, 0)
    with open(f"/proc/{pid}/maps") as maps:
        base = next(int(line.split("-")[0], 16) for line in maps if line.rstrip().endswith(program))
    return pid, base


def follow(program, code, subject, length, seed):
    """Everything that the function `subject` does in its first call: addresses of instructions and of memory."""
    memory, entry = code
    pid, base = start(program, length, seed)
    trace = []
    try:
        place = base + entry[subject]
        word = ptrace(PEEKTEXT, pid, place) & 0xFFFF_FFFF_FFFF_FFFF
        ptrace(POKETEXT, pid, place, word & ~0xFF | 0xCC)
        ptrace(CONT, pid)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status) or os.WSTOPSIG(status) != signal.SIGTRAP:
            return None
        now = registers(pid)
        now.rip = place
        ptrace(SETREGS, pid, None, ctypes.addressof(now))
        ptrace(POKETEXT, pid, place, word)
        stack = now.rsp
        # A function has returned when its frame is gone.
        while now.rsp <= stack:
            trace.append(now.rip - base)
            for offset, name, index, scale in memory.get(now.rip - base, []):
                # A vector as an index, or half a register, is an error here: neither can be looked up.
                address = offset + (getattr(now, name) if name else 0)
                trace.append(address + (getattr(now, index) * scale if index else 0))
            ptrace(SINGLESTEP, pid)
            _, status = os.waitpid(pid, 0)
            if not os.WIFSTOPPED(status):
                sys.exit(f"{subject}: the program ended while it was followed")
            now = registers(pid)
    finally:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            pass
    return trace


def main():
    program = os.path.realpath(sys.argv[1])
    memory, starts = operands(program)
    failed = False
    for part in SUBJECTS + LEAKS:
        names = [name for name in starts if part in name]
        if not names:
            sys.exit(f"{part}: not found in the program")
        # The work may be in a specialised copy that the entry point jumps to: the entry has the shortest name.
        code = (memory, {part: starts[min(names, key=len)]})
        steps, differs = 0, []
        for length in LENGTHS if part in SUBJECTS else [64]:
            one, other = (follow(program, code, part, length, seed) for seed in (1, 202))
            if one is None:
                break
            steps += len(one)
            if one != other:
                differs.append(length)
        if steps == 0:
            print(f"skipped: {part}, this processor has no such kernel")
            continue
        passed = bool(differs) == (part in LEAKS)
        failed |= not passed
        print(f"{'passed' if passed else 'FAILED'}: {part}, {steps} addresses, differs at {differs or 'no length'}")
    print("trace: failed" if failed else "trace: all passed")
    sys.exit(failed)


main()
