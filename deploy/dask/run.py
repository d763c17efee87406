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
import logging
import os
import shutil
import signal
import sys
from pathlib import Path

from clusters import connected
from failures import UNAVAILABLE, USAGE, Failed
from job import Job, say


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
        with connected(options) as (client, check):
            job = Job(client, options, program, check)
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
