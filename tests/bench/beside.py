# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks beside Nix share: an environment with a store of each, pairs in alternation, and the table."""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NIX = ["nix", "--extra-experimental-features", "nix-command flakes", "--option", "sandbox", "false", "--option", "build-users-group", "",
       "--option", "substitute", "false", "--option", "max-jobs", str(os.cpu_count()), "--offline"]


def has_nix():
    return shutil.which("nix") is not None


def environment(work, name=""):
    """Stores of both below `work`/`name`. Nix's has no chroot around it, which is its fastest way."""
    home = work / name / "home"
    home.mkdir(parents=True, exist_ok=True)
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "CONTRACT_HOME": str(work / name / "contract"), "LC_ALL": "C.UTF-8",
                 "GIT_CONFIG_NOSYSTEM": "1"}
    return variables | {f"NIX_{kind}_DIR": str(work / name / "nix" / kind.lower()) for kind in ("STORE", "STATE", "LOG", "CONF")}


def store_bytes(environ):
    """What lies in our store and in Nix's, every file once, in bytes."""
    sizes = []
    for top in (environ["CONTRACT_HOME"], os.path.dirname(environ["NIX_STORE_DIR"])):
        seen = {}
        for directory, _, names in os.walk(top):
            for name in names:
                status = os.lstat(os.path.join(directory, name))
                seen[status.st_ino] = status.st_size
        sizes.append(sum(seen.values()))
    return sizes


def git(directory, *command):
    subprocess.run(["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", *command], cwd=directory, check=True)


def commit_all(directory):
    git(directory, "init", "--quiet")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message=bench")


def timed(command, directory, environ):
    """Milliseconds of a whole process, which has to end well."""
    started = time.perf_counter()
    done = subprocess.run(command, cwd=directory, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    elapsed = (time.perf_counter() - started) * 1000
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed with {done.returncode}:\n{done.stdout.decode()[-2000:]}{done.stderr.decode()[-2000:]}")
    return elapsed


class Table:
    """Rows of a thing, ours and theirs. The ratio is that of each pair, so that it holds when the machine drifts."""

    def __init__(self):
        self.over = []
        self.head = f"{'':<46} {'ours':>19} {'theirs':>19} {'ratio':>24}"
        self.units = f"{'':<46} {'min':>9} {'median':>9} {'min':>9} {'median':>9} {'min':>8} {'median':>7} {'max':>7}"

    def begin(self, title):
        print(f"\n{title}\n{self.head}\n{self.units}", flush=True)

    def row(self, name, pairs, budget=None, unit="ms", more_is_better=False):
        """`budget`: the most (or, where more is better, the least) that ours may be of theirs."""
        ours = [a for a, _ in pairs]
        best = max if more_is_better else min
        text = f"{name + ', ' + unit:<46} {best(ours):9.1f} {statistics.median(ours):9.1f}"
        theirs = [b for _, b in pairs if b is not None]
        if len(theirs) < len(pairs):
            print(f"{text}   no peer", flush=True)
            return
        ratios = [a / b for a, b in pairs]
        middle = statistics.median(ratios)
        text += f" {best(theirs):9.1f} {statistics.median(theirs):9.1f} {min(ratios):8.4f} {middle:7.4f} {max(ratios):7.4f}"
        if budget is not None:
            good = middle >= budget if more_is_better else middle <= budget
            text += f"   {'within' if good else 'OVER'} {budget}"
            if not good:
                self.over.append(name)
        print(text, flush=True)

    def fact(self, name, holds, text):
        print(f"{name:<46} {text}   {'holds' if holds else 'DOES NOT HOLD'}", flush=True)
        if not holds:
            self.over.append(name)

    def end(self):
        """The exit status."""
        if self.over:
            print(f"\nover the budget: {'; '.join(self.over)}")
        return 1 if self.over else 0
