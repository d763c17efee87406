"""What Slurm says to the jobs that Dask submits: Dask itself waits without end for workers whose jobs were refused."""

import re

from distributed import Status

from failures import CONFIGURATION, TRY_AGAIN, Failed

# Refusals that may be over soon; any other, such as of a name that Slurm does not know, is the same the next time.
PASSING = re.compile(r"unable to contact|timed out|temporar|not available now|submit limit|zero bytes", re.IGNORECASE)


class Submissions:
    """The jobs that Slurm has taken and Dask has not given up, and why it has refused the last one."""

    def __init__(self):
        self.taken, self.refusal = set(), None

    def of(self, kind):
        """A kind of job of dask-jobqueue, of which is noted here what Slurm says to it."""
        submissions = self

        class Job(kind):
            async def start(self):
                try:
                    await super().start()
                except (OSError, RuntimeError, ValueError) as error:
                    submissions.refusal = reason(error)
                    self.status = Status.running  # or Dask prints a trace for each
                else:
                    submissions.refusal = None
                    submissions.taken.add(self.job_id)

            async def close(self):
                submissions.taken.discard(self.job_id)
                await super().close()
                self.status = Status.closed

        return Job

    def check(self):
        """Ends the job when Slurm refuses workers and none is left."""
        if self.refusal is None or self.taken:
            return
        if PASSING.search(self.refusal):
            raise Failed(TRY_AGAIN, f"Slurm takes no job just now: {self.refusal}; the same call goes on")
        raise Failed(CONFIGURATION, f"Slurm refuses the workers' jobs: {self.refusal}; see the partitions in `sinfo`, and what else a job "
                     "asks for in jobqueue.slurm of Dask's configuration")


def reason(error):
    """What sbatch printed, as one line; dask-jobqueue wraps it in the command and its exit code."""
    printed = str(error).rpartition("stderr:\n")[2]
    lines = [line.removeprefix("sbatch: ").removeprefix("error: ").strip() for line in printed.splitlines()]
    return "; ".join(line for line in lines if line) or str(error).splitlines()[0]
