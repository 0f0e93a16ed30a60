#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An edit of a file that no target declares: unrelated_edit.py CONTRACT

Everything was built. Then a tracked file that nobody declares is changed, and `contract build` and `contract check` are
run under strace: no program is started, so nothing is built; of the sources and of the store's files none is opened,
only looked at; and the store has not one file more or less. With a declared file changed the same eyes see that it is
opened and that something is built. Exit status 77, with the reason, where strace is not installed or may not trace, or
where this machine cannot seal a build.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MANIFEST = """\
[contract]
format = 1
name   = "unrelated"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[inputs.words]
path = "./words"

[packages.many]
root   = "inputs.machine"
source = "./src"
build  = "cat *.txt > $out/all"

[packages.one]
root  = "inputs.machine"
uses  = ["packages.many", "inputs.words"]
build = "cat ${{ packages.many }}/all ${{ inputs.words }}/words.txt > $out/one"

[checks.one]
root   = "inputs.machine"
source = "./src"
run    = "grep -q 7 ${{ packages.one }}/one"
"""


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


class World:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.repository, self.store, self.traces = work / "repository", work / "store", work / "traces"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(work), "LC_ALL": "C.UTF-8",
                            "GIT_CONFIG_NOSYSTEM": "1", "CONTRACT_HOME": str(self.store)}
        self.write("contract.toml", MANIFEST)
        for number in range(100):
            self.write(f"src/{number}.txt", f"number {number}\n")
        self.write("words/words.txt", "words\n")
        for name in ("README.md", "docs/page.md"):
            self.write(name, "nobody declares this\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.expect(self.contract("lock"))
        self.git("add", "-A")
        self.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x")
        first = self.contract("check")
        if "namespaces-refused" in first.stdout + first.stderr:
            skip("this machine cannot seal a build")
        self.expect(first)
        self.expect(self.contract("build"))

    def write(self, name, text):
        path = self.repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (1_700_000_000, 1_700_000_000))  # older than the index: git need not look into it again

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.repository, env=self.environment, check=True, capture_output=True)

    def contract(self, *arguments, around=()):
        return subprocess.run([*around, self.program, *arguments], cwd=self.repository, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)

    @staticmethod
    def expect(done):
        if done.returncode != 0:
            sys.exit(f"{done.args}: status {done.returncode}\n{done.stdout}\n{done.stderr}")

    def stored(self):
        """Every file of the store but the index, the locks and the leases, with its size."""
        return {str(path): path.lstat().st_size for path in sorted(self.store.rglob("*"))
                if not path.is_dir() and path.parent.name not in ("locks", "leases") and not path.name.startswith("index.sqlite")}

    def traced(self, *arguments):
        """(programs started, files of the sources opened, files of the store opened)"""
        shutil.rmtree(self.traces, ignore_errors=True)
        self.traces.mkdir()
        calls = "trace=execve,execveat,open,openat,openat2,creat"
        self.expect(self.contract(*arguments, around=["strace", "-ff", "-y", "-e", calls, "-o", self.traces / "of"]))
        programs, sources, store, seen = [], [], [], 0
        for trace in self.traces.iterdir():
            for line in trace.read_text(errors="replace").splitlines():
                seen += 1
                if line.startswith("execve") and " = 0" in line:
                    programs.append(line)
                opened = re.search(r" = \d+<(.*?)>$", line)
                path = pathlib.Path(opened[1]) if opened else None
                if path is None or "O_DIRECTORY" in line or "O_PATH" in line:
                    continue
                if any(path.is_relative_to(self.repository / name) for name in ("src", "words", "docs", "README.md")):
                    sources.append(line)
                if any(path.is_relative_to(self.store / name) for name in ("store", "blobs", "log", "downloads")):
                    store.append(line)
        if seen < 10:
            sys.exit("the trace is empty")
        return programs[1:], sources, store

    def check_quiet(self, what, *command):
        before = self.stored()
        programs, sources, store = self.traced(*command)
        for kind, lines in (("started a program", programs), ("opened a source", sources), ("opened a file of the store", store)):
            if lines:
                sys.exit(f"{what}: contract {' '.join(command)} {kind}:\n" + "\n".join(lines[:20]))
        if self.stored() != before:
            sys.exit(f"{what}: contract {' '.join(command)} changed the store")
        print(f"{what}: contract {' '.join(command)} built nothing and read nothing")


def main():
    program = os.path.abspath(sys.argv[1])
    if shutil.which("strace") is None:
        skip("strace is not installed")
    refused = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if refused.returncode != 0:
        skip("strace may not trace here: " + refused.stderr.strip())
    with tempfile.TemporaryDirectory(prefix="unrelated-") as folder:
        world = World(program, pathlib.Path(folder).resolve())
        commands = (["build"], ["check"])
        for command in commands:
            world.check_quiet("nothing changed", *command)
        world.write("README.md", "changed\n")
        for command in commands:
            world.check_quiet("an unrelated edit", *command)
        world.git("add", "-A")
        world.git("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "y")
        world.write("docs/page.md", "changed too\n")
        (world.repository / "untracked").write_text("untracked\n")
        world.expect(world.contract("check"))  # git's index is another file now, which is looked through once
        for command in commands:
            world.check_quiet("a commit, an unrelated edit and an untracked file", *command)
        # What the eyes would have seen.
        world.write("src/7.txt", "another number 7\n")
        programs, sources, _ = world.traced("build")
        if not programs or not any("src/7.txt" in line for line in sources):
            sys.exit("a related edit was not seen to be built: the trace is blind")
        if any("words/words.txt" in line for line in sources):
            sys.exit("an edit of one source read another one")
        print("a related edit: its source was read and built, and no other source was read")
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)


if __name__ == "__main__":
    main()
