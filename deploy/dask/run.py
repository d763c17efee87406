#!/usr/bin/env python3
"""Runs a whole job on Dask: plan, map, a tree of reduce, analyze.

    deploy/dask/run.py CONFIG --output RUN --local 2
    deploy/dask/run.py CONFIG --output RUN --scheduler tcp://host:8786
    deploy/dask/run.py CONFIG --output RUN --slurm QUEUE --jobs 20 --memory 8G

Dask decides what runs where and when; every step is one command of `universal-neurons`, so the numbers are those of
`universal-neurons run` to the bit. The same call goes on where an earlier one ended. All machines see the program, the
configuration with its models and corpus, and RUN under the same paths (a shared file system).

Progress goes to standard error. The exit code is 0 when the job is complete, that of the command that failed, or 130 after Ctrl-C.
"""

import argparse
import contextlib
import hashlib
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client, LocalCluster, Status, as_completed, get_worker

FAN_IN = 8  # partials added up at once: three levels for 512 tasks, and no task waits for many
RETRIES = 3  # after exit code 75, a stop, a signal; lost workers are counted by Dask (distributed.scheduler.allowed-failures)
PAUSE = 5.0  # seconds before a retry: a full disk or a busy store needs a moment
POLL = 0.2  # seconds between two looks at whether a task is still wanted
FOLD = 1000  # single partials given to one command: its argument list has an end
TRY_AGAIN, NO_INPUT, UNAVAILABLE, INTERNAL, USAGE = 75, 66, 69, 70, 64  # of sysexits.h

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


# On the workers


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
    return ["--threads", str(threads or max(1, len(os.sched_getaffinity(0)) // get_worker().state.nthreads))]


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


# Where the job is started


class Failed(Exception):
    """Ends the job with an exit code and a message."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def say(text):
    print(f"run.py: {text}", file=sys.stderr, flush=True)


class Job:
    """One job: its tasks on a cluster, and what is known about them."""

    def __init__(self, client, options, program):
        self.client, self.program = client, program
        self.run, self.configuration = os.path.abspath(options.output), os.path.abspath(options.config)
        self.parts = os.path.join(self.run, "parts")
        self.threads = options.threads
        self.alone = ["--threads", str(options.threads)] if options.threads else []
        self.memory = ["--memory", options.memory] if options.memory else []
        self.tokens = ["--tokens", options.tokens] if options.tokens else []
        self.name = uuid.uuid4().hex[:8]  # tasks of other jobs on the same scheduler have other names
        self.futures = []

    def submit(self, kind, number, function, *arguments):
        future = self.client.submit(
            function, *arguments, key=f"{kind}-{self.name}-{number}", retries=RETRIES, pure=False)
        self.futures.append(future)
        return future

    def complete(self):
        """Brings the job to its end."""
        plan = self.wait("plan", [self.submit("plan", 0, call, [
            self.program, "plan", self.configuration, "--output", self.run, *self.tokens, *self.memory, *self.alone])])[0]["plan"]
        say(f"{plan['name']}: {plan['tokens']} tokens, {plan['tasks']} tasks")
        missing = self.missing()
        if any(missing):
            os.makedirs(self.parts, exist_ok=True)
            self.map_and_reduce(*missing, groups=plan["block_groups"])
            if any(self.missing()):
                raise Failed(INTERNAL, "the store lacks shards that were added: please report this with RUN/plan.json")
        else:
            say("the store is complete")
        if self.is_analyzed():
            say("the results are there")
        else:
            self.wait("analyze", [self.submit("analyze", 0, call, [
                self.program, "analyze", self.run, *self.memory, *self.alone])])
            self.mark_analyzed()
        say(f"the report is {self.run}/report.html")

    def missing(self):
        """The shards that the store lacks in all blocks, and those that it lacks in some: a fold was stopped on them.

        Both by their place in the plan, from which the numbers of their tasks follow.
        """
        number = sum(future.key.startswith("inspect") for future in self.futures)
        state = self.wait("inspect", [self.submit("inspect", number, call, [self.program, "inspect", self.run])])[0]
        plan, shards = state["plan"], state["tasks"] // state["plan"]["block_groups"]
        whole, some = [], []
        for line in state["missing"]:
            match = re.fullmatch(r"shard (\d+) in (all|\d+ of \d+) blocks", line)
            if match is None:
                raise Failed(INTERNAL, f"this program says what is missing in words that run.py does not know: {line}")
            (whole if match[2] == "all" else some).append(int(match[1]))
        if len(whole) == shards:
            return list(range(shards)), []
        if (whole or some) and plan["strata"] != plan["replicates"]:
            # Cut by domain, a shard's name says nothing about the number of its task: all go to the store one by one, copies are dropped.
            return [], list(range(shards))
        return whole, some

    def map_and_reduce(self, whole, some, groups):
        """Computes tasks, adds them up and folds them into the store, by turns.

        Shards that the store has in some blocks go to it one by one: added to others they would overlap with what is there.
        """
        def path(name):
            return os.path.join(self.parts, f"{name}.partial")

        def tasks(shards):
            return [
                (self.submit("map", task, compute, [
                    self.program, "map", "--plan", self.run, "--task", str(task), "--output", path(task), *self.memory,
                ], self.threads), path(task))
                for shard in shards for task in range(shard * groups, (shard + 1) * groups)]

        single, level = tasks(some), tasks(whole)
        depth = 1
        while len(level) > FAN_IN:
            above = []
            for number, start in enumerate(range(0, len(level), FAN_IN)):
                futures, inputs = zip(*level[start : start + FAN_IN])
                output = path(f"reduce-{depth}-{number}")
                above.append((self.submit(f"reduce-{depth}", number, add_up, self.program, self.run, list(inputs), output,
                                          self.threads, list(futures)), output))
            level, depth = above, depth + 1
        folds = [single[start : start + FOLD] for start in range(0, len(single), FOLD)] + [level]
        last = []
        for number, inputs in enumerate(fold for fold in folds if fold):
            command = [self.program, "reduce", "--plan", self.run, *(name for _, name in inputs), "--store", f"{self.run}/store"]
            # One after the other: a store has one owner at a time.
            last = [self.submit("fold", number, after, [*command, *self.alone], [future for future, _ in inputs] + last)]
        self.wait("map and reduce", [future for future in self.futures if not future.key.startswith(("plan", "inspect"))])

    def wait(self, title, futures):
        """Waits for tasks and gives their results; the first failure ends the job."""
        if not self.client.scheduler_info(n_workers=-1)["workers"]:
            say("waiting for workers")
        found = 0
        shown = time.monotonic()
        for done, future in enumerate(as_completed(futures), 1):
            if future.status == "error":
                error = future.exception()
                raise Failed(getattr(error, "code", TRY_AGAIN), getattr(error, "message", f"{future.key}: {error}"))
            if future.status != "finished":
                raise Failed(TRY_AGAIN, f"{future.key} was cancelled: the scheduler ended or another client took it back; start again")
            outcome = future.result()
            if outcome.code != 0:
                raise Failed(outcome.code, outcome.message)
            found += outcome.result.get("outcome") == "found"
            if len(futures) > 1 and (done == len(futures) or time.monotonic() - shown > 2):
                shown = time.monotonic()
                say(f"{title}: {done} of {len(futures)} steps" + (f", {found} found" if found else ""))
        return [future.result().result for future in futures]

    def cancel(self):
        """Takes all tasks back; the workers then end what they run."""
        self.client.cancel(self.futures, force=True)

    def state_of_results(self):
        digests = {}
        for name in ("plan.json", "summary.json", "neurons.csv", "report.html"):
            with open(os.path.join(self.run, name), "rb") as file:
                digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return digests

    def is_analyzed(self):
        """Whether the results are those that this plan's complete store gave."""
        try:
            with open(os.path.join(self.parts, "analyzed.json"), encoding="utf-8") as file:
                return json.load(file) == self.state_of_results()
        except (OSError, ValueError):
            return False

    def mark_analyzed(self):
        os.makedirs(self.parts, exist_ok=True)
        path = os.path.join(self.parts, "analyzed.json")
        with open(f"{path}.part", "w", encoding="utf-8") as file:
            json.dump(self.state_of_results(), file, indent=2)
        os.replace(f"{path}.part", path)


def find_program(named):
    """The program: --program, UN_PROGRAM, this checkout's build, PATH."""
    built = Path(__file__).resolve().parents[2] / ".build/release/universal-neurons"
    for candidate in (named, os.environ.get("UN_PROGRAM")):
        if candidate:
            if path := shutil.which(candidate):
                return os.path.abspath(path)
            raise Failed(UNAVAILABLE, f"{candidate} is no program that can be run")
    if path := shutil.which(str(built)) or shutil.which("universal-neurons"):
        return os.path.abspath(path)
    raise Failed(UNAVAILABLE, "universal-neurons is not built and not on the PATH: build it, or name it with --program or UN_PROGRAM")


@contextlib.contextmanager
def connected(options):
    """A client of the cluster that the options ask for; a cluster that was started here ends with it."""
    with contextlib.ExitStack() as stack:
        if options.scheduler:
            target = options.scheduler
        elif options.slurm:
            from dask_jobqueue import SLURMCluster

            # Everything else (interface, account, walltime, scratch) is Dask's configuration: jobqueue.slurm in ~/.config/dask.
            logs = os.path.join(os.path.abspath(options.output), "slurm")
            settings = {"queue": options.slurm, "cores": 1, "processes": 1, "log_directory": logs}
            if options.threads:
                settings["job_cpu"] = options.threads
            if options.memory:
                # Python and Dask need some beside the program.
                settings["memory"] = f"{size(options.memory) + (1 << 30)}B"
            target = stack.enter_context(SLURMCluster(**settings))
            target.adapt(minimum_jobs=1, maximum_jobs=options.jobs)
        else:
            # Workers that are threads: what they run are processes anyway, and nothing is left over when this one is killed.
            target = stack.enter_context(LocalCluster(
                n_workers=options.local, threads_per_worker=1, processes=False, dashboard_address=None, memory_limit=0))
        try:
            client = stack.enter_context(Client(target, timeout=30))
        except OSError as error:
            raise Failed(UNAVAILABLE, f"no scheduler answers at {options.scheduler or target}: {error}") from error
        yield client


def size(text):
    """Bytes of a size such as 4G."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kKMGT]?)(?:i?B)?", text)
    if match is None:
        raise Failed(USAGE, f"--memory {text} is no size such as 4G")
    return int(float(match[1]) * 1024 ** " kMGT".index(match[2].replace("K", "k") or " "))


def count(text):
    """A number above 0, as an option has it."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return int(text)


class Parser(argparse.ArgumentParser):
    """Ends bad use with the exit code that the program has for it."""

    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"run.py: {message}\n")


def arguments():
    parser = Parser(
        description="Runs a job of universal-neurons on Dask; the same call goes on where an earlier one ended.")
    parser.add_argument("config", metavar="CONFIG", help="configuration of the run, a YAML file")
    parser.add_argument("-o", "--output", metavar="RUN", required=True, help="folder of the run, on storage that all workers share")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler with workers, such as tcp://host:8786")
    where.add_argument("--slurm", metavar="QUEUE", help="workers as jobs of a Slurm partition, through dask-jobqueue")
    where.add_argument("--local", metavar="N", type=count, help="N tasks at once on this machine (default: 1)")
    parser.add_argument("--jobs", metavar="N", type=count, default=8, help="with --slurm: at most this many jobs (default: 8)")
    parser.add_argument("--tokens", metavar="N", help="budget: a number, 100k, 10M, 1B or all")
    parser.add_argument("--memory", metavar="SIZE", help="memory for one task, such as 4G (default: what is free on its machine)")
    parser.add_argument("--threads", metavar="N", type=count, help="threads for one task (default: a worker's cores by its slots)")
    parser.add_argument("--program", metavar="PATH", help="universal-neurons (default: UN_PROGRAM, .build/release, PATH)")
    options = parser.parse_args()
    if not (options.scheduler or options.slurm):
        options.local = options.local or 1
        cores = len(os.sched_getaffinity(0))
        options.threads = options.threads or max(1, cores // options.local)
    return options


def stop(number, frame):
    """Turns the first signal into the end of the job; a second one kills as usual."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    raise Failed(128 + number, "stopped; the same call goes on")


def main():
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of a failure is in the command's message
    try:
        options = arguments()
        program = find_program(options.program)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, stop)
        # Whoever starts this from a thread that blocks signals hands that on.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
        with connected(options) as client:
            job = Job(client, options, program)
            try:
                job.complete()
            except BaseException:
                # What ended the job is to be told, even where the scheduler is gone and takes nothing back.
                with contextlib.suppress(Exception):
                    job.cancel()
                raise
        return 0
    except Failed as failure:
        say(str(failure))
        return failure.code


if __name__ == "__main__":
    sys.exit(main())
