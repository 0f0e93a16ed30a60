#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several commands at once in one store: at_once.py CONTRACT

In each round a source is edited on which everything depends; then two clones of the repository are built at the same
time, while collections follow one another. Every action is run by one of the two and found by the other; nothing that
they need is removed under their hands; and in the end the store is sound and has what both name. Exit status 77, with
the reason, where this machine cannot seal a build.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

WIDTH = 4
MANIFEST = """\
[contract]
format = 1
name   = "at-once"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[packages.base]
root   = "inputs.machine"
source = "./source"
build  = "cat text > $out/text; sleep 0.1"
""" + "".join(f"""
[packages.wide{number}]
root  = "inputs.machine"
uses  = ["packages.base"]
build = "cat ${{{{ packages.base }}}}/text > $out/text; echo {number} >> $out/text; date +%N > $out/when; sleep 0.1"
""" for number in range(WIDTH)) + """
[packages.top]
root  = "inputs.machine"
uses  = [""" + ", ".join(f'"packages.wide{number}"' for number in range(WIDTH)) + """]
build = "cat """ + " ".join(f"${{{{ packages.wide{number} }}}}/text" for number in range(WIDTH)) + """ > $out/text"
"""
ACTIONS = WIDTH + 2
CHECK = ["check", "--json", "--stage", "evaluation,build"]


def expect(good, what, *runs):
    if not good:
        sys.exit(what + "".join(f"\nstatus {run.returncode}\n{run.stdout}\n{run.stderr}" for run in runs))


class World:
    def __init__(self, program, work):
        self.program, self.work, self.store = program, work, work / "store"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(work), "LC_ALL": "C.UTF-8",
                            "GIT_CONFIG_NOSYSTEM": "1", "CONTRACT_HOME": str(self.store)}
        self.clones = [work / "one", work / "other"]
        for clone in self.clones:
            (clone / "source").mkdir(parents=True)
            (clone / "contract.toml").write_text(MANIFEST)
            (clone / "source/text").write_text("first\n")
            for step in (["init", "-q", "-b", "main"], ["add", "-A"]):
                subprocess.run(["git", *step], cwd=clone, env=self.environment, check=True)
            done = self.finish(self.start(clone, "lock"))
            expect(done.returncode == 0, "lock", done)

    def start(self, folder, *arguments):
        return subprocess.Popen([self.program, *arguments], cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def finish(process):
        out, errors = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, errors)

    def round(self, number):
        for clone in self.clones:
            (clone / "source/text").write_text(f"round {number}\n")
        builds = [self.start(clone, *CHECK) for clone in self.clones]
        collections = 0
        while any(build.poll() is None for build in builds):
            collected = self.finish(self.start(self.work, "gc"))
            expect(collected.returncode == 0, "a collection failed", collected)
            collections += 1
        done = [self.finish(build) for build in builds]
        expect(all(run.returncode == 0 for run in done), f"round {number}: a build failed", *done)
        return [built_by(run) for run in done], collections

    def check_end(self):
        done = self.finish(self.start(self.work, "store", "verify"))
        expect(done.returncode == 0, "the store is not sound", done)
        for clone in self.clones:
            done = self.finish(self.start(clone, *CHECK))
            expect(done.returncode == 0 and not built_by(done), "something that both name was not there any more", done)


def built_by(run):
    """The targets that a run built itself."""
    packages = [target for target in json.loads(run.stdout)["targets"] if target["target"].startswith("packages.")]
    expect(len(packages) == ACTIONS, "targets are missing", run)
    return {target["target"] for target in packages if not target["cached"]}


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="at-once-") as folder:
        world = World(program, pathlib.Path(folder))
        first = world.finish(world.start(world.clones[0], "build"))
        if "namespaces-refused" in first.stdout + first.stderr:
            print("skipped: this machine cannot seal a build")
            sys.exit(77)
        shared = collections = 0
        for number in range(4):
            (one, other), collected = world.round(number)
            expect(not one & other, f"round {number}: built twice: {', '.join(sorted(one & other))}")
            expect(len(one | other) == ACTIONS, f"round {number}: built by nobody: {ACTIONS - len(one | other)} of {ACTIONS}")
            shared += bool(one) and bool(other)
            collections += collected
        world.check_end()
        print(f"{ACTIONS} actions in each of 4 rounds, each built once; {shared} rounds were shared, {collections} collections went on meanwhile")
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)


if __name__ == "__main__":
    main()
