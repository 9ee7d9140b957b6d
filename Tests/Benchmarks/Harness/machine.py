"""What the figures were measured on and with."""

import os
import platform
import re
import subprocess
import time

from processes import run


def processor():
    with open("/proc/cpuinfo") as file:
        model = re.search(r"model name\s*: (.*)", file.read())
    return model.group(1) if model else platform.machine()


def machine():
    return (f"{os.cpu_count()} × {processor()}, Linux {platform.release()}, "
            f"load average {os.getloadavg()[2]:.1f} from this and other work")


def commit():
    result = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=no", "--", "Sources", "Driver", "Package.swift", "Tests"],
        capture_output=True, text=True)
    return (result.stdout.strip() or "unknown") + (" with changes" if changed.stdout.strip() else "")


def package(name):
    """`name version (Debian)`, or nothing when the package is not installed."""
    try:
        return f"{name} {run('dpkg-query', '-W', '-f', '${Version}', name).strip()} (Debian)"
    except (RuntimeError, FileNotFoundError):
        return None


def version(program):
    name = os.path.basename(program)
    found = package(name)
    if found:
        return found
    try:
        return run(program, "--version").strip().splitlines()[0]
    except (RuntimeError, FileNotFoundError, IndexError):
        return name


def heading():
    """The line above every table."""
    return f"{time.strftime('%Y-%m-%d')}, commit {commit()}; {machine()}"
