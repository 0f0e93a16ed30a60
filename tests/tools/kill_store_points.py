#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills contract while it builds, collects and repairs: kill_store_points.py CONTRACT KILL_AT_LIBRARY [EVERY]

As kill_points.py does it to lock and fetch: each command is run again and again, from the same store, killed before
point 1, 2, 3, … (with EVERY, at every so-manieth). small_store.py says what must hold after each kill. Exit status 77,
with the reason, where this machine cannot seal a build.
"""
import os
import signal
import sys

from small_store import COMMANDS, open_world


def campaign(world, library, command, state, every):
    name, count = "contract " + " ".join(command), world.work / "count"
    world.start(state)
    world.expect(name + " undisturbed", world.contract(*command, LD_PRELOAD=library, KILL_COUNT=str(count)))
    points, killed = int(count.read_text()), 0
    world.check_whole(name + " undisturbed")
    tried = range(1, points + 1, every)
    for point in tried:
        world.start(state)
        done = world.contract(*command, LD_PRELOAD=library, KILL_AT=str(point))
        killed += done.returncode == -signal.SIGKILL
        world.check_after(command, f"{name} killed at point {point}")
    if killed < len(tried) * 2 // 3:
        sys.exit(f"{name}: only {killed} of {len(tried)} runs were killed; the points are not what they were")
    print(f"{name}: {points} points, killed {killed} times, nothing lost", flush=True)


def main():
    program, library = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with open_world(program) as world:
        for command, state in COMMANDS:
            campaign(world, library, command, state, every)


if __name__ == "__main__":
    main()
