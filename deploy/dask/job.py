"""What a job consists of: its steps, what each of them waits for, and what is there already."""

import hashlib
import json
import os
import re
import sys
import time
import uuid

import cloudpickle
from distributed import as_completed

import steps
from failures import INTERNAL, TRY_AGAIN, Failed

FAN_IN = 8  # partials added up at once: three levels for 512 tasks, and no task waits for many
RETRIES = 3  # after exit code 75, a stop, a signal; lost workers are counted by Dask (distributed.scheduler.allowed-failures)
LOOK = 0.05  # seconds between two looks for finished tasks
FOLD = 1000  # single partials given to one command: its argument list has an end

cloudpickle.register_pickle_by_value(steps)  # so that workers need no copy of that module


def say(text):
    print(f"run.py: {text}", file=sys.stderr, flush=True)


class Job:
    """One job: its tasks on a cluster, and what is known about them."""

    def __init__(self, client, options, program, check):
        self.client, self.program, self.check = client, program, check
        self.run, self.configuration = os.path.abspath(options.output), os.path.abspath(options.config)
        self.parts = os.path.join(self.run, "parts")
        self.threads = options.threads
        self.alone = ["--threads", str(options.threads)] if options.threads else []
        self.memory = ["--memory", options.memory] if options.memory else []
        self.tokens = ["--tokens", options.tokens] if options.tokens else []
        self.name = uuid.uuid4().hex[:8]  # tasks of other jobs on the same scheduler have other names
        self.futures = []

    def submit(self, kind, number, function, *arguments):
        # Dask sends by name what has one, and workers would look for a module that they do not have: a function within a function has none,
        # and is sent with all that it needs.
        def step(*inputs):
            return function(*inputs)

        future = self.client.submit(step, *arguments, key=f"{kind}-{self.name}-{number}", retries=RETRIES, pure=False)
        self.futures.append(future)
        return future

    def complete(self):
        """Brings the job to its end."""
        plan = self.wait("plan", [self.submit("plan", 0, steps.call, [
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
            self.wait("analyze", [self.submit("analyze", 0, steps.call, [
                self.program, "analyze", self.run, *self.memory, *self.alone])])
            self.mark_analyzed()
        say(f"the report is {self.run}/report.html")

    def missing(self):
        """The shards that the store lacks in all blocks, and those that it lacks in some: a fold was stopped on them.

        Both by their place in the plan, from which the numbers of their tasks follow.
        """
        number = sum(future.key.startswith("inspect") for future in self.futures)
        state = self.wait("inspect", [self.submit("inspect", number, steps.call, [self.program, "inspect", self.run])])[0]
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
                (self.submit("map", task, steps.compute, [
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
                above.append((self.submit(f"reduce-{depth}", number, steps.add_up, self.program, self.run, list(inputs), output,
                                          self.threads, list(futures)), output))
            level, depth = above, depth + 1
        folds = [single[start : start + FOLD] for start in range(0, len(single), FOLD)] + [level]
        last = []
        for number, inputs in enumerate(fold for fold in folds if fold):
            command = [self.program, "reduce", "--plan", self.run, *(name for _, name in inputs), "--store", f"{self.run}/store"]
            # One after the other: a store has one owner at a time.
            last = [self.submit("fold", number, steps.after, [*command, *self.alone], [future for future, _ in inputs] + last)]
        self.wait("map and reduce", [future for future in self.futures if not future.key.startswith(("plan", "inspect"))])

    def wait(self, title, futures):
        """Waits for tasks and gives their results; the first failure ends the job."""
        if not self.client.scheduler_info(n_workers=-1)["workers"]:
            say("waiting for workers")
        found = 0
        shown = time.monotonic()
        for done, future in enumerate(self.finished(futures), 1):
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

    def finished(self, futures):
        """Tasks as they come to their end; looks meanwhile whether workers can come at all."""
        completed = as_completed(futures)
        while not completed.is_empty():
            yield from (batch := completed.next_batch(block=False))
            if not batch:
                self.check()
                time.sleep(LOOK)

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
