#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills `contract copy` at each of its named points: copy_kill_points.py CONTRACT KILL_AT_LIBRARY [EVERY]

The points are those of kill_points.py. A copy to a directory is killed before point 1, 2, 3, … (with EVERY, at every
so-manieth), each time with a new directory: whatever a reader then finds in it is whole, and the next copy makes the
rest. So is a copy from it, each time with an empty store: the next one goes on, everything in the store is sound, and
nothing has to be built.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

MANIFEST = """\
[contract]
format  = 1
name    = "killed"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[packages.library]
root  = "inputs.machine"
build = "mkdir $out/lib; echo code > $out/lib/code; echo more > $out/lib/more"

[packages.tool]
root  = "inputs.machine"
uses  = ["packages.library"]
build = "mkdir $out/bin; echo ${{ packages.library }} > $out/bin/tool; chmod +x $out/bin/tool"

[checks.tool]
root = "inputs.machine"
run  = "test -x ${{ packages.tool }}/bin/tool"
"""


class World:
    def __init__(self, work, program, library):
        self.work, self.program, self.library = work, program, library
        self.repository, self.built, self.count = work / "repository", work / "built", work / "count"
        self.repository.mkdir()
        (work / "config/contract").mkdir(parents=True)
        (self.repository / "contract.toml").write_text(MANIFEST)
        self.good("key", self.run(self.built, "key", "new", "me"))
        public = self.run(self.built, "key", "show", "me").stdout.strip()
        (work / "config/contract/config.toml").write_text(
            f'[keys]\ntrusted = ["{public}"]\nsigning = "{work}/config/contract/keys/me"\n')
        self.good("built", self.run(self.built, "build"))

    def run(self, store, *arguments, kill_at=None, count=False):
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.work), "LC_ALL": "C.UTF-8",
                       "XDG_CONFIG_HOME": str(self.work / "config"), "CONTRACT_HOME": str(store)}
        if kill_at is not None:
            environment |= {"LD_PRELOAD": self.library, "KILL_AT": str(kill_at)}
        if count:
            environment |= {"LD_PRELOAD": self.library, "KILL_COUNT": str(self.count)}
        return subprocess.run([self.program, *map(str, arguments)], cwd=self.repository, env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)

    def good(self, what, done, right=True):
        if done.returncode != 0 or not right:
            sys.exit(f"{what}: status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def fresh(self, name):
        path = self.work / name
        if path.exists():
            subprocess.run(["chmod", "-R", "u+rwX", path], check=False)
            shutil.rmtree(path)
        return path

    def points(self, run):
        """How many a run has that is not disturbed."""
        self.good("undisturbed", run(count=True))
        return int(self.count.read_text())

    def is_sound(self, place):
        done = self.run(self.fresh("reader"), "copy", "--from", place)
        return done.returncode == 0 or done.returncode == 16 and "build.bad-place" in done.stderr


def to_directory(world, every):
    place = world.work / "place"

    def copy(**how):
        world.fresh("place")
        return world.run(world.built, "copy", "--to", place, **how)

    points, killed = world.points(copy), 0
    for point in range(1, points + 1, every):
        killed += copy(kill_at=point).returncode == -signal.SIGKILL
        if place.exists() and not world.is_sound(place):
            sys.exit(f"killed at point {point}, the directory does not work")
        world.good(f"after a kill at point {point}", world.run(world.built, "copy", "--to", place))
        done = world.run(world.fresh("reader"), "copy", "--from", place)
        world.good(f"read after a kill at point {point}", done, "took 3 store paths" in done.stdout)
    return points, killed


def from_directory(world, every):
    place, store = world.work / "place", world.work / "taken"

    def copy(**how):
        world.fresh("taken")
        return world.run(store, "copy", "--from", place, **how)

    points, killed = world.points(copy), 0
    for point in range(1, points + 1, every):
        killed += copy(kill_at=point).returncode == -signal.SIGKILL
        world.good(f"after a kill at point {point}", world.run(store, "copy", "--from", place))
        world.good(f"verified after a kill at point {point}", world.run(store, "store", "verify"))
        done = world.run(store, "check", "--stage", "build")
        world.good(f"checked after a kill at point {point}", done, "4 cached" in done.stdout)
    return points, killed


def main():
    program, library = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    probe = subprocess.run(["unshare", "--user", "--net", "--mount", "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print(f"skipped: user namespaces are refused here: {probe.stderr.strip()}")
        return 77
    # In memory where there is room: a disk would be waited for at each sync.
    memory = pathlib.Path("/dev/shm")
    in_memory = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 48 << 20
    with tempfile.TemporaryDirectory(prefix="killed-", dir=memory if in_memory else None) as folder:
        world = World(pathlib.Path(os.path.realpath(folder)), program, library)
        for name, campaign in (("to", to_directory), ("from", from_directory)):
            points, killed = campaign(world, every)
            if killed < points // every * 2 // 3:
                sys.exit(f"{name}: only {killed} of {points // every} runs were killed; the points are not what they were")
            print(f"contract copy --{name}: {points} points, killed {killed} times, nothing lost")
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
