#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets one system call of contract fail: failing_calls.py CONTRACT [PER_KIND | every]

`contract build`, `gc` and `store verify --repair` are run under strace, which notes every system call that names a file
of the store or a descriptor of one, and from where in the program it was made. Then each command is run again from the
same store, and one of those calls is not made but answered with EIO (ENOSPC where something is written, or both one
after the other where there is no limit): the first and the last from each place in the program, which is half an hour;
with PER_KIND only so many of each kind of call, spread over the run; with `every` each single one, which is hours. The
command may end well or badly, but ends in order and says why; small_store.py says what must hold then. Exit status 77,
with the reason, where strace is not installed or may not trace.
"""
import os
import re
import shutil
import subprocess
import sys

from small_store import COMMANDS, fail, open_world

# Where something is written the disk may be full; else it is broken.
FULL = {"write", "pwrite64", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat",
        "ftruncate", "fallocate", "copy_file_range", "openat", "open", "fsync", "fdatasync", "syncfs"}
# The rest is not the store's: mappings, processes and the working directory of the program itself.
NOT_FAILED = {"close", "mmap", "munmap", "mremap", "execve", "clone", "clone3", "exit_group", "getcwd", "chdir", "fchdir"}
# Nobody's calls: not traced, since the way to each is looked up.
NOT_TRACED = {"brk", "clock_nanosleep", "futex", "getpid", "gettid", "madvise", "mprotect", "poll", "rt_sigaction", "rt_sigprocmask",
              "sched_yield", "wait4"}
# Of evaluation, of build, of both, or of a program that could not be loaded.
ENDS_IN_ORDER = {0, 8, 16, 24, 127}


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def calls_in(trace):
    """(kind, number, line, stack) of each call; it has its number in its thread, from 1."""
    counts, call = {}, None
    for line in trace.read_text(errors="replace").splitlines():
        made = re.match(r"(\w+)\(", line)
        if made:
            if call:
                yield call
            counts[made[1]] = counts.get(made[1], 0) + 1
            call = (made[1], counts[made[1]], line, [])
        elif line.startswith(" > ") and call:
            call[3].append(line)
    if call:
        yield call


def calls_of(traces, store):
    """{kind: {place in the program: numbers}} of the calls that have to do with the store."""
    places = {}
    for trace in sorted(traces.iterdir()):
        for kind, number, line, stack in calls_in(trace):
            if str(store) in line and kind not in NOT_FAILED:
                places.setdefault(kind, {}).setdefault(tuple(stack), set()).add(number)
    return dict(sorted(places.items()))


def chosen(places, limit):
    everything = sorted(set().union(*places.values()))
    if limit == "every":
        return everything
    if limit is not None:
        return spread(everything, limit)
    return sorted({end(numbers) for numbers in places.values() for end in (min, max)})


def spread(numbers, most):
    if len(numbers) <= most:
        return numbers
    if most == 1:
        return [numbers[len(numbers) // 2]]
    return sorted({numbers[i * (len(numbers) - 1) // (most - 1)] for i in range(most)})


def campaign(world, command, state, limit):
    name = "contract " + " ".join(command)
    traces = world.work / "traces"
    shutil.rmtree(traces, ignore_errors=True)
    traces.mkdir()
    world.start(state)
    trace = ["strace", "-ff", "-k", "-y", "-s", "0", "-e", "trace=!" + ",".join(sorted(NOT_FAILED | NOT_TRACED)), "-o", traces / "of"]
    world.expect(name + " undisturbed", world.contract(*command, around=trace, seconds=900))
    kinds = calls_of(traces, world.store)
    if "openat" not in kinds or "pwrite64" not in kinds:
        sys.exit(f"{name}: the trace does not show what the store is asked for: {', '.join(kinds)}")
    tried = failed = 0
    for kind, places in kinds.items():
        for number in chosen(places, limit):
            for error in ("EIO", "ENOSPC") if not isinstance(limit, int) and kind in FULL else ("ENOSPC" if kind in FULL else "EIO",):
                what = f"{name}, {kind} number {number} answered {error}"
                world.start(state)
                inject = f"inject={kind}:error={error}:when={number}"
                done = world.contract(*command, around=["strace", "-f", "-o", "/dev/null", "-e", "trace=" + kind, "-e", inject])
                if done.returncode not in ENDS_IN_ORDER or "internal" in done.stdout + done.stderr:
                    fail(what, done)
                if done.returncode != 0 and not (done.stdout + done.stderr).strip():
                    fail(what + ": nothing was said", done)
                tried += 1
                failed += done.returncode != 0
                world.check_after(command, what)
    print(f"{name}: {tried} calls of {len(kinds)} kinds failed, {failed} times the command did, nothing lost", flush=True)
    return tried, failed


def main():
    program = os.path.abspath(sys.argv[1])
    limit = sys.argv[2] if len(sys.argv) > 2 else None
    if limit not in (None, "every"):
        limit = int(limit)
    if shutil.which("strace") is None:
        skip("strace is not installed")
    refused = subprocess.run(["strace", "-k", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if refused.returncode != 0:
        skip("strace may not trace here: " + refused.stderr.strip())
    with open_world(program) as world:
        results = [campaign(world, command, state, limit) for command, state in COMMANDS]
    if sum(failed for _, failed in results) < sum(tried for tried, _ in results) // 10:
        sys.exit("hardly any command failed: the calls are not made to fail")


if __name__ == "__main__":
    main()
