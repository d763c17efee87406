"""Where a job runs: on this machine, on a scheduler that is there, on Slurm."""

import contextlib
import os
import re
import shutil

import dask
from distributed import Client, LocalCluster

from failures import UNAVAILABLE, USAGE, Failed
from submissions import Submissions


@contextlib.contextmanager
def connected(options):
    """A client of the cluster that the options ask for, and a check that workers can come; a cluster started here ends with it."""
    submissions = Submissions()
    with contextlib.ExitStack() as stack:
        if options.scheduler:
            target = options.scheduler
        elif options.slurm:
            target = stack.enter_context(slurm(options, submissions))
        else:
            # Workers that are threads: what they run are processes anyway, and nothing is left over when this one is killed.
            target = stack.enter_context(LocalCluster(
                n_workers=options.local, threads_per_worker=1, processes=False, dashboard_address=None, memory_limit=0))
        try:
            client = stack.enter_context(Client(target, timeout=30))
        except OSError as error:
            raise Failed(UNAVAILABLE, f"no scheduler answers at {options.scheduler or target}: {error}") from error
        yield client, submissions.check


def slurm(options, submissions):
    """Workers that are jobs of Slurm, as many as the job needs; one that is lost is replaced.

    What has no option (interface, account, walltime, scratch) is Dask's configuration: jobqueue.slurm in ~/.config/dask.
    """
    try:
        from dask_jobqueue import SLURMCluster
        from dask_jobqueue.slurm import SLURMJob
    except ImportError as error:
        raise Failed(UNAVAILABLE, f"--slurm needs dask-jobqueue: {error}") from error

    settings = {"queue": options.slurm, "cores": 1, "processes": 1}
    settings["log_directory"] = os.path.join(os.path.abspath(options.output), "slurm")
    if options.threads:
        settings["job_cpu"] = options.threads
    if options.memory:
        # Python and Dask need some beside the program.
        settings["memory"] = f"{size(options.memory) + (1 << 30)}B"
    elif dask.config.get("jobqueue.slurm.memory", None) is None:
        raise Failed(USAGE, "--slurm needs --memory: it is what each job asks of Slurm")
    if shutil.which("sbatch") is None:
        raise Failed(UNAVAILABLE, "--slurm needs sbatch, which is not on the PATH")
    cluster = SLURMCluster(job_cls=submissions.of(SLURMJob), **settings)
    cluster.adapt(minimum_jobs=1, maximum_jobs=options.jobs)
    return cluster


def size(text):
    """Bytes of a size such as 4G."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kKMGT]?)(?:i?B)?", text)
    if match is None:
        raise Failed(USAGE, f"--memory {text} is no size such as 4G")
    return int(float(match[1]) * 1024 ** " kMGT".index(match[2].replace("K", "k") or " "))
