"""What a process uses: processor time in nanoseconds, memory in bytes."""

import os
import re
import time


def family(pid):
    """The process and its living descendants."""
    found = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/children") as file:
            for child in file.read().split():
                found += family(int(child))
    return found


def ended_children_seconds(pid):
    """Processor time of children that have ended, in ticks of the kernel's clock."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """Processor time so far: every thread, ended ones included, living children and ended ones."""
    total = ended_children_seconds(pid)
    for member in family(pid):
        # The kernel's name for the processor clock of another process: clock_getcpuclockid.
        total += time.clock_gettime(~member << 3 | 2)
    return total


def resident_bytes(pid, kind="Rss"):
    """Memory in use: the exact sum over all mappings, not the kernel's per-processor estimate.

    `Anonymous` is the part that is not pages of files, which every process with the same libraries shares.
    """
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return int(re.search(rf"^{kind}:\s+(\d+) kB", file.read(), re.M).group(1)) * 1024


def high_water_bytes(pid):
    """The most memory that was ever in use."""
    with open(f"/proc/{pid}/status") as file:
        return int(re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.M).group(1)) * 1024
