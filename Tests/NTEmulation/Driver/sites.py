#!/usr/bin/env python3
"""sites.py OBJDUMP DIRECTORY: where needletail.sys of DIRECTORY calls imported functions that can fail.

One line a site: the offset of the return address in the image, the import, the function it is in, by the map file. A
call is a call through the import table, one of a register that was loaded from it, or one of a function that ends by jumping
through it: such a function has no return address of its own.
Calls through other pointers are listed with a dash: what they call shows when the driver runs.
"""
import bisect
import re
import subprocess
import sys

# What the emulation can refuse. Not BCryptGenRandom and ObReferenceObjectByHandle, whose failure is a bug check of the
# driver's own; not what fails by its arguments alone.
FALLIBLE = """
EtwRegister ExAllocatePoolWithTag IoAllocateIrp KeSaveExtendedProcessorState MmMapLockedPagesSpecifyCache
PsCreateSystemThread BCryptOpenAlgorithmProvider NdisAllocateNetBufferAndNetBufferList NdisAllocateNetBufferListPool
NdisOpenConfigurationEx NdisReadConfiguration
NdisMRegisterMiniportDriver NdisMSetMiniportAttributes GetBestRoute2 GetIpForwardTable2 GetIpInterfaceEntry
SetIpInterfaceEntry NotifyIpInterfaceChange NotifyRouteChange2 WskCaptureProviderNPI WskRegister
""".split()


def run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def import_slots(objdump, image):
    """The import table: the address of each slot and the name it is bound to."""
    headers = run(objdump, "-p", image)
    base = int(re.search(r"^ImageBase\s+([0-9a-f]+)", headers, re.M)[1], 16)
    slots = {}
    for block in re.split(r"\n\s*lookup ", headers.split("The Import Tables:")[1])[1:]:
        first = int(re.search(r"addr ([0-9a-f]+)", block)[1], 16)
        names = re.findall(r"^\s+\d+\s+(\S+)$", block, re.M)
        slots.update({base + first + 8 * number: name for number, name in enumerate(names)})
    return base, slots


def functions(map_file, base):
    """Starts of functions and their names, in order of address."""
    found = {}
    for line in open(map_file):
        match = re.match(r"([0-9a-f]{8}) 00000000 +0 +(\S+)$", line)
        if match:
            found.setdefault(base + int(match[1], 16), match[2])
    return sorted(found), found


def called(code):
    """Where direct calls and jumps lead."""
    found = [re.match(r"0x([0-9a-f]+)", operands) for _, name, operands in code if name in ("callq", "jmp")]
    return [int(match[1], 16) for match in found if match]


def main():
    objdump, directory = sys.argv[1:]
    image = directory + "/needletail.sys"
    base, slots = import_slots(objdump, image)
    starts, names = functions(directory + "/needletail.map", base)
    code = []
    for line in run(objdump, "-d", "--no-show-raw-insn", "--section=.text", image).splitlines():
        match = re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)$", line)
        if match:
            code.append((int(match[1], 16), match[2], match[3]))
    # The linker's own jumps through the table, for calls of what is not known to be imported, have no names.
    thunks = {address for address, name, operands in code if name == "jmpq" and operands.startswith("*")}
    starts = sorted({*starts, *thunks.intersection(called(code))})
    start_of = lambda address: starts[max(bisect.bisect_right(starts, address) - 1, 0)]
    targets = {}  # functions that end by jumping to imports
    calls = []  # return address, target, address
    loaded, function, loads = {}, None, set()
    for (address, name, operands), following in zip(code, code[1:] + [(code[-1][0], "", "")]):
        if start_of(address) != function:
            loaded, function = {}, start_of(address)
        slot = re.search(r"# 0x([0-9a-f]+)", operands)
        imported = slots.get(int(slot[1], 16)) if slot else None
        operands = operands.split("#")[0].strip()
        if name.startswith("call"):
            register = re.match(r"\*%(\w+)$", operands)
            direct = re.match(r"0x([0-9a-f]+)", operands)
            if imported and operands.startswith("*"):
                calls.append((following[0], imported, address))
            elif register and register[1] in loaded:
                calls.append((following[0], loaded[register[1]], address))
            elif direct:
                calls.append((following[0], int(direct[1], 16), address))
            else:
                calls.append((following[0], "-", address))
        elif name.startswith("jmp") and imported:
            targets.setdefault(function, set()).add(imported)
        elif name.startswith("jmp"):
            direct = re.match(r"0x([0-9a-f]+)", operands)
            if direct and start_of(int(direct[1], 16)) == int(direct[1], 16) != function:
                targets.setdefault(function, set()).add(int(direct[1], 16))
        elif name == "movq" and imported and re.search(r", %\w+$", operands):
            loaded[operands.rsplit("%", 1)[1]] = imported
            loads.add((imported, function))
        elif re.search(r", %\w+$", operands) and not name.startswith(("cmp", "test")):
            loaded.pop(operands.rsplit("%", 1)[1], None)

    def imports_of(target, seen=()):
        if isinstance(target, str):
            return {target}
        if target in seen:
            return set()
        return set().union(*[imports_of(next_target, (*seen, target)) for next_target in targets.get(target, ())])

    for imported, function in loads:
        if imported in FALLIBLE and not any(c[1] == imported and start_of(c[2]) == function for c in calls):
            sys.exit(f"{names.get(function)} takes {imported} from the import table, and no call of it was found")
    for after, target, address in calls:
        for imported in sorted(imports_of(target) & {*FALLIBLE, "-"}):
            print(f"{after - base:x} {imported} {names.get(start_of(address), '?')}")


main()
