#!/usr/bin/env bash
# Submits a whole run by plain commands on files: plan, an array of map jobs, reduce, analyze, each after the one before.
#   [SBATCH_PARTITION=...] deploy/slurm/submit.sh CONFIG OUTPUT [options of `universal-neurons plan`, for example --tokens 10M]
# Prints the number of the last job. Submitted again it goes on: whole partials stay.
# Variables: PROGRAM (universal-neurons), JOBS (of the array, 8), CPUS (of a job, 1), MEMORY (of a job, as of sbatch's --mem), REQUEUES (10).
set -euo pipefail

if (($# < 2)); then
    echo "usage: deploy/slurm/submit.sh CONFIG OUTPUT [options of universal-neurons plan]" >&2
    exit 64
fi
stage=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/stage.sbatch
config=$(realpath -e "$1")
output=$(realpath -m "$2")
shift 2
readonly stage config output jobs=${JOBS:-8}
mkdir -p "$output/slurm"

# Submits a stage after the job before it, and remembers its number.
job=
submit() {
    local name=$1 log=%x-%j.log options=(--cpus-per-task "${CPUS:-1}")
    if [[ -n ${MEMORY:-} ]]; then options+=(--mem "$MEMORY"); fi
    if [[ -n $job ]]; then options+=(--dependency "afterok:$job" --kill-on-invalid-dep yes); fi
    if [[ $name == map ]]; then options+=(--array "0-$((jobs - 1))") log=%x-%A-%a.log; fi
    job=$(sbatch --parsable --job-name "un-$name" --output "$output/slurm/$log" "${options[@]}" "$stage" "$@")
    job=${job%%;*}
}
submit plan "$config" "$output" "$@"
submit map "$output"
submit reduce "$output"
submit analyze "$output"
echo "$job"
