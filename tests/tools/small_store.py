# SPDX-License-Identifier: Apache-2.0
"""A repository that is built in a moment, a store in three states, and what must hold whatever was done to a command.

The states are folders that are copied before each run: `empty`; `garbage`, in which an old version was built too; and
`damaged`, in which files of an output were changed and lost. After a command was killed, or a call of it failed, the
store is sound or says what it lacks, and the same command, run once more, ends as if nothing had been.
"""
import contextlib
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

MANIFEST = """\
[contract]
format = 1
name   = "small"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[inputs.words]
path = "./words"

[packages.library]
root   = "inputs.machine"
source = "./library"
build  = "cp -r . $out/; ln -s text $out/link; echo run > $out/run; chmod +x $out/run"

[packages.tool]
root  = "inputs.machine"
uses  = ["packages.library", "inputs.words"]
build = "cat ${{ packages.library }}/text ${{ inputs.words }}/words.txt > $out/tool"

[checks.tool]
root = "inputs.machine"
run  = "grep -q text ${{ packages.tool }}/tool"
"""
FILES = {"contract.toml": MANIFEST, "library/text": "text of the library\n", "library/below/more": "more of it\n",
         "words/words.txt": "words\n"}


def fail(what, done=None):
    said = f": status {done.returncode}\n{done.stdout}\n{done.stderr}" if done is not None else ""
    sys.exit(what + said)


def listing(folder):
    """What lies at the store paths: by name below the folder, the digest of a file, or what a link points to."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in folders + files:
            path = pathlib.Path(place) / name
            kind = "folder"
            if path.is_symlink():
                kind = "link to " + os.readlink(path)
            elif path.is_file():
                kind = f"{path.stat().st_mode & 0o777:o} " + hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(folder))] = kind
    return found


class SmallStore:
    def __init__(self, program, work):
        self.program, self.work = program, work
        self.repository, self.store = work / "repository", work / "store"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(work), "LC_ALL": "C.UTF-8",
                            "XDG_CONFIG_HOME": str(work / "config"), "GIT_CONFIG_NOSYSTEM": "1", "CONTRACT_HOME": str(self.store)}
        for name, text in FILES.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for step in (["init", "-q", "-b", "main"], ["add", "-A"]):
            subprocess.run(["git", *step], cwd=self.repository, env=self.environment, check=True)
        self.expect("lock", self.contract("lock"))
        self.save("empty", clear=True)
        self.expect("first build", self.contract("build", "-j", "1"))
        (self.repository / "library/text").write_text("other text of the library\n")
        self.expect("second build", self.contract("build", "-j", "1"))
        self.save("garbage")
        self.expect("gc", self.contract("gc"))
        # Everything that the repository names, and nothing else.
        self.whole = listing(self.store / "store")
        self.damage()
        self.save("damaged")

    def contract(self, *arguments, around=(), seconds=120, **settings):
        command = [*around, self.program, *arguments]
        process = subprocess.Popen(command, cwd=self.repository, env=dict(self.environment, **settings), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
        try:
            out, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, errors = process.communicate()
            errors += f"\nit had not ended after {seconds} s"
        return subprocess.CompletedProcess(command, process.returncode, out, errors)

    @staticmethod
    def expect(what, done, status=0):
        if done.returncode != status:
            fail(what, done)

    def save(self, state, clear=False):
        kept = self.work / ("state-" + state)
        if clear:
            self.remove(self.store)
            kept.mkdir()
            return
        subprocess.run(["cp", "-a", self.store, kept], check=True)

    def start(self, state):
        self.remove(self.store)
        if state != "empty":
            subprocess.run(["cp", "-a", self.work / ("state-" + state), self.store], check=True)

    @staticmethod
    def remove(path):
        if path.exists():
            subprocess.run(["chmod", "-R", "u+rwX", path], check=False)
            shutil.rmtree(path)

    def damage(self):
        """A bit of one file is another, another file is lost, and a third has other permissions."""
        library, tool = (next(path for path in (self.store / "store").iterdir() if path.name[33:] == name) for name in ("library", "tool"))
        for folder in (library, library / "below", tool):
            folder.chmod(0o755)
        changed = tool / "tool"
        changed.chmod(0o644)
        text = bytearray(changed.read_bytes())
        text[3] ^= 1
        changed.write_bytes(text)
        changed.chmod(0o444)
        (library / "below/more").unlink()
        (library / "run").chmod(0o755)
        for folder in (library, library / "below", tool):
            folder.chmod(0o555)

    # ── what must hold afterwards ──

    def check_sound(self, what):
        self.expect(what + ": the store is not sound", self.contract("store", "verify"))

    def check_whole(self, what):
        """A build succeeds, and what the repository names is there as it should be."""
        self.expect(what + ": the next build failed", self.contract("build", "-j", "1"))
        found = listing(self.store / "store")
        wrong = [name for name, kind in self.whole.items() if found.get(name) != kind]
        if wrong:
            fail(f"{what}: not as it should be: {', '.join(sorted(wrong))}")

    def check_after(self, command, what):
        """After `command` was disturbed."""
        if command[0] == "store":  # what was damaged before may be so still
            self.expect(what + ": the next repair failed", self.contract(*command))
        self.check_sound(what)
        if command[0] == "gc":
            self.expect(what + ": the next collection failed", self.contract(*command))
            if listing(self.store / "store") != self.whole:
                fail(what + ": the next collection left something else than it would have")
            self.check_sound(what + ", collected again")
        self.check_whole(what)


@contextlib.contextmanager
def open_world(program):
    """Ends with status 77 where nothing can be built. In memory where there is room: a disk would be waited for at each sync."""
    memory = pathlib.Path("/dev/shm")
    in_memory = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 48 << 20
    with tempfile.TemporaryDirectory(prefix="small-store-", dir=memory if in_memory else None) as folder:
        with world_in(program, pathlib.Path(folder)) as world:
            yield world


@contextlib.contextmanager
def world_in(program, work):
    try:
        world = SmallStore(program, work)
    except SystemExit as failed:
        if "namespaces-refused" not in str(failed):
            raise
        print("skipped: this machine cannot seal a build")
        sys.exit(77)
    try:
        yield world
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", work], check=False)


# Each command with the state of the store in which it has the most to do.
COMMANDS = [(["build", "-j", "1"], "empty"), (["gc"], "garbage"), (["store", "verify", "--repair"], "damaged")]
