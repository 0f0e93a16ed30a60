#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills contract at each of its named points: kill_points.py CONTRACT KILL_AT_LIBRARY [EVERY]

A point is a call by which something becomes visible or lasting, or goes: a rename, a link, a removal, a sync, a write of
SQLite. A run is made that counts them, `contract lock` with an empty store first, then `contract check` with a lock and an
empty store, which fetches. Then each is run again and again, killed before point 1, 2, 3, … (with EVERY, at every so-manieth). After
each kill contract.lock is what it was before or what it had to become, and the next run, in what the killed one left,
succeeds with the same bytes. The inputs are of every kind that needs no login: git over http, a download, Debian
packages from a signed archive, an image, a folder.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
MANIFEST = """\
[contract]
format  = 1
name    = "killed"
systems = ["x86_64-linux"]

[inputs.tool]
git = "http://127.0.0.1:{port}/upstream"
ref = "main"

[inputs.archive]
url = "file://{work}/archive.tar.gz"

[inputs.base]
deb       = ["tool", "needs-early"]
mirror    = ["file://{work}/debian/ok"]
suites    = ["stable"]
keys      = "./archive.gpg"
essential = false

[inputs.data]
path = "../data"

[checks.all]
uses = ["inputs.tool", "inputs.archive", "inputs.base", "inputs.data"]
run  = ["/usr/bin/true-is-not-here"]
"""


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options)


class World:
    def __init__(self, work):
        self.work, self.repository = work, work / "repository"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(work), "LC_ALL": "C.UTF-8",
                            "XDG_CONFIG_HOME": str(work / "config"), "GIT_CONFIG_NOSYSTEM": "1"}
        for folder in ("repository", "data", "served/upstream", "content"):
            (work / folder).mkdir(parents=True)
        for name in ("data/file", "content/one", "content/two", "served/upstream/file"):
            (work / name).write_text(f"this is {name}\n")
        self.git(work / "served/upstream")
        run(["tar", "-czf", "archive.tar.gz", "content"], cwd=work)
        run([sys.executable, "-B", SUPPORT / "debian_archive.py", "make", work / "debian", "ok"], env=self.environment)
        shutil.copy(work / "debian/keys/archive.gpg", self.repository)
        self.server = subprocess.Popen([sys.executable, "-B", SUPPORT / "git_http_server.py", work / "served"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=self.environment)
        port = int(self.server.stdout.readline())
        (self.repository / "contract.toml").write_text(MANIFEST.format(port=port, work=work))
        self.git(self.repository)

    def git(self, folder):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        for step in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
            run(["git", *identity, *step], cwd=folder, env=self.environment)

    def contract(self, program, store, *arguments, preload=None, kill_at=None, count=None):
        environment = dict(self.environment, CONTRACT_HOME=str(store))
        for key, value in (("LD_PRELOAD", preload), ("KILL_AT", kill_at), ("KILL_COUNT", count)):
            if value is not None:
                environment[key] = str(value)
        return subprocess.run([program, *arguments], cwd=self.repository, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=300, check=False)


def fetched(done):
    """A check of the example fails in its last step alone, on purpose: so it says that everything before it passed."""
    return done.returncode == 16 and "build.program-missing" in done.stdout


def expect(what, good, done):
    if not good:
        sys.exit(f"{what}: status {done.returncode}\n{done.stdout}\n{done.stderr}")


def campaign(world, program, library, command, succeeded, every, lock):
    lock_file, store, count = world.repository / "contract.lock", world.work / "store", world.work / "count"

    def start():
        shutil.rmtree(store, ignore_errors=True)
        lock_file.unlink(missing_ok=True)
        if lock is not None:
            lock_file.write_bytes(lock)

    start()
    done = world.contract(program, store, *command, preload=library, count=count)
    expect(f"{command} undisturbed", succeeded(done), done)
    written, points = lock_file.read_bytes(), int(count.read_text())
    killed = 0
    for point in range(1, points + 1, every):
        start()
        done = world.contract(program, store, *command, preload=library, kill_at=point)
        killed += done.returncode == -signal.SIGKILL
        left = lock_file.read_bytes() if lock_file.exists() else None
        expect(f"{command} killed at point {point}: contract.lock", left in (lock, written), done)
        done = world.contract(program, store, *command)
        expect(f"{command} after a kill at point {point}", succeeded(done) and lock_file.read_bytes() == written, done)
    if killed < points // every * 2 // 3:
        sys.exit(f"{command}: only {killed} of {points // every} runs were killed; the points are not what they were")
    print(f"contract {' '.join(command)}: {points} points, killed {killed} times, nothing lost")
    return written


def main():
    program, library = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    every = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        world = World(pathlib.Path(folder))
        try:
            lock = campaign(world, program, library, ["lock"], lambda done: done.returncode == 0, every, None)
            campaign(world, program, library, ["check", "--stage", "evaluation,build", "-j", "1"], fetched, every, lock)
        finally:
            world.server.kill()
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)


if __name__ == "__main__":
    main()
