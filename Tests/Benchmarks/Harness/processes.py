"""Commands and processes of the benchmarks: none of them outlives the harness, whatever ends it."""

import ctypes
import os
import signal
import subprocess
import sys

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_on_signals():
    """From now on the first signal raises KeyboardInterrupt, and the clean-up that follows is not disturbed."""

    def interrupted(*_):
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in SIGNALS:
        signal.signal(number, interrupted)


def run(*command, timeout=30, **options):
    """Runs a command to its end and returns its output; raises with its errors when it fails."""
    command = [str(word) for word in command]
    result = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def die_with_harness():
    """In a child before its program: the kernel ends it when the harness is killed and cannot do so itself."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def start(*command, **options):
    """Starts a command that runs until `stop`."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
    return subprocess.Popen([str(word) for word in command], preexec_fn=die_with_harness, **options)


def stop(process):
    """Ends a process of ours and returns what it printed, when that was asked for."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.communicate(timeout=5)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


class Spinners:
    """One idle-priority process per processor: a virtual processor that halts makes every wake-up slow."""

    def __enter__(self):
        def yield_to_all():
            die_with_harness()
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))

        self.processes = [
            subprocess.Popen([sys.executable, "-c", "while True: pass"], preexec_fn=yield_to_all)
            for _ in range(os.cpu_count() or 1)]
        return self

    def __exit__(self, *_):
        for process in self.processes:
            stop(process)
