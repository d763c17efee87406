"""What workers do: each step of a job is one command of `universal-neurons`.

Workers have no copy of this file: what is here travels to them by value.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from distributed import Status, get_worker

from failures import NO_INPUT, TRY_AGAIN, UNAVAILABLE

PAUSE = 5.0  # seconds before a retry: a full disk or a busy store needs a moment
POLL = 0.2  # seconds between two looks at whether a task is still wanted

# Stands between worker and program, because nothing but the process itself can ask the kernel to end it with its parent, and Python
# code between fork and exec may hang in a process with threads. 1 is PR_SET_PDEATHSIG. A parent that was gone before is seen by its id.
GUARD = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(ctypes.c_int(1), ctypes.c_ulong(signal.SIGKILL), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
if os.getppid() != int(sys.argv[1]):
    os._exit(143)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
try:
    os.execv(sys.argv[2], sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[2]}: {error.strerror}")
"""


@dataclass
class Outcome:
    """What a command left: its exit code, the JSON that it printed, and for people what went wrong."""

    code: int
    result: dict = field(default_factory=dict)
    message: str = ""


class TryAgain(Exception):
    """Ends an attempt that another may follow; `code` is the command's."""

    def __init__(self, code, message):
        super().__init__(code, message)
        self.code, self.message = code, message


def wanted(worker, key):
    """Whether somebody still waits for a task: Dask cannot end its thread, so the task has to look."""
    task = worker.state.tasks.get(key)
    return worker.status not in (Status.closing, Status.closed, Status.failed) and task is not None and task.state != "cancelled"


def rest(worker):
    """Keeps new tasks away from a worker for a while, so that the next attempt goes to another one where there is any."""
    def change(status):
        if worker.status in (Status.running, Status.paused):
            worker.status = status

    # The change and then the failure reach the scheduler on the same way, in this order.
    worker.loop.add_callback(change, Status.paused)
    worker.loop.add_callback(worker.loop.call_later, PAUSE, change, Status.running)


def call(command):
    """Runs a command to its end and gives its outcome; it dies with this worker, and with the task.

    Raises TryAgain where another attempt may help: exit code 75, 143, and death by a signal (such as the kernel's for want of memory);
    once there is a plan also 66 and 69, since another machine may reach the run's folder or run the plan's kernels.
    """
    worker = get_worker()
    key = worker.get_current_task()
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", GUARD, str(os.getpid()), *command, "--json", "--quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                output, errors = process.communicate(timeout=POLL)
                break
            if not wanted(worker, key):
                raise TryAgain(143, f"{command[1]} was stopped: nobody waits for it any more")
    finally:
        # Whatever ended this function, no process of the group outlives it.
        with contextlib.suppress(ProcessLookupError):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    try:
        result = json.loads(output)
    except ValueError:
        result = {}
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if code == 0:
        return Outcome(0, result)
    error = result.get("error", {})
    text = "; ".join(error[name] for name in ("message", "remedy") if name in error) or "\n".join(errors.splitlines()[-5:])
    message = f"{command[1]} on {worker.name} ended with {code}: {text or 'no message'}"
    if code == TRY_AGAIN or code >= 128:
        end = time.monotonic() + PAUSE
        while time.monotonic() < end and wanted(worker, key):
            time.sleep(POLL)
        raise TryAgain(code, message)
    if code in (NO_INPUT, UNAVAILABLE) and command[1] != "plan":
        rest(worker)
        raise TryAgain(code, message)
    return Outcome(code, {}, message)


def share(threads):
    """The threads for one of several commands on this worker, where none were asked for: its cores by what it runs at once."""
    # A Slurm that does not confine its jobs lets them see all cores of their node.
    cores = min(len(os.sched_getaffinity(0)), int(os.environ.get("SLURM_CPUS_PER_TASK", "1024")))
    return ["--threads", str(threads or max(1, cores // get_worker().state.nthreads))]


def first_failure(outcomes):
    return next((outcome for outcome in outcomes if outcome.code != 0), None)


def compute(command, threads):
    """One `map`. A partial that is whole and this task's own is found by the command, which reads it; any other is replaced."""
    return call([*command, *share(threads)])


def add_up(program, plan, inputs, output, threads, before):
    """One `reduce` of the tree, unless the output is there, whole and made of the same shards."""
    if failure := first_failure(before):
        return failure
    if os.path.exists(output):
        expected = {}
        for path in inputs:
            for key, shards in contents(program, path).items():
                expected.setdefault(key, set()).update(shards)
        if expected and contents(program, output) == expected:
            return Outcome(0, {"outcome": "found"})
    return call([program, "reduce", "--plan", plan, *inputs, "--output", output, *share(threads)])


def contents(program, path):
    """The shards of each section of a partial, with plan and checksums; nothing where the file is damaged: `inspect` reads every byte."""
    outcome = call([program, "inspect", path])
    if outcome.code != 0:
        return {}
    return {
        (outcome.result["plan"], section["kind"], section["index"], section["stratum"]): {
            (shard["shard"], shard["checksum"]) for shard in section["shards"]
        }
        for section in outcome.result["sections"]
    }


def after(command, before):
    """A command that needs the results of others."""
    return first_failure(before) or call(command)
