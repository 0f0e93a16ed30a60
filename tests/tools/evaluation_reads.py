#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What evaluation looks at: evaluation_reads.py CONTRACT OTHER_CLOCK_LIBRARY NAMES_READ_LIBRARY

A contract with modules, sources, files and inputs is evaluated under strace, with an empty store and again with a full
one. Of the repository, only tracked files that the contract names are opened, beside what is git's; outside of it, what
is contract's own and what every program reads of a system. No program is run and no socket made, though an input has
an address. Then the plan is made with another clock, with another environment, and with a file changed that nobody
names: the bytes are the same; and with one changed that is named: they are not. At last every environment variable
that is asked for is one of those that say where contract's and git's own files are, or how the terminal is.

What libgit2 opens when it starts, whatever it is used for, is not judged: the list of certificates, git's settings of
the machine, the time zone. Exit status 77, with the reason, where strace is not installed or may not trace.
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
format  = 1
name    = "reads"
systems = ["x86_64-linux"]

[inputs.site]
path     = "../site"
contract = true

[inputs.tool]
git = "../upstream"
ref = "main"

[modules]
own = "./modules/own.toml"

[packages.tool]
source = {path = "./src", exclude = ["*.md"]}
uses   = ["inputs.tool"]
build  = "make"

[checks.all]
source = "inputs.tool"
uses   = ["packages.tool"]
run    = "true"

[hosts."web-[1-2]"]
class   = "linux"
modules = ["modules.own", "inputs.site.modules.ntp"]

[[hosts."web-[1-2]".set]]
values.files."/etc/motd".source = "./files/motd"
values.ntp.servers = ["${{ host.name }}.example.org"]
"""
OWN = """\
[module]
imports = ["./imported.toml"]

[options."own.port"]
type = "port"
default = 80

[[set]]
when = "config.own.port == 80"
values.files."/etc/port".text = "port ${{ config.own.port }}"
"""
FILES = {
    "contract.toml": MANIFEST,
    "modules/own.toml": OWN,
    "modules/imported.toml": '[options."imported.on"]\ntype = "bool"\ndefault = true\n',
    "modules/unnamed.toml": "this is not TOML",
    "src/main.c": "int main(void) { return 0; }\n",
    "src/notes.md": "excluded\n",
    "files/motd": "hello\n",
    "files/unnamed": "nobody names this\n",
    "README.md": "nobody names this\n",
    ".gitignore": "ignored\n",
}
NAMED = {"contract.toml", "contract.lock", "modules/own.toml", "modules/imported.toml", "src/main.c", "files/motd"}
UNTRACKED = {"scratch.toml": "this is not TOML", "src/untracked.c": "untracked", "ignored": "a secret"}
SITE = {
    "contract.toml": '[contract]\nformat = 1\nname = "site"\n\n[modules]\nntp = "./ntp.toml"\n',
    "ntp.toml": '[options."ntp.servers"]\ntype = "list(string)"\ndefault = []\n',
}

# Where each program finds its libraries, and what libgit2 and libcurl open when they are loaded.
OF_THE_SYSTEM = re.compile(
    r"/etc/ld\.so\.|/(usr/)?lib(64|exec)?/|/etc/ssl/|/usr/share/(ca-certificates|locale|zoneinfo)|/etc/gitconfig$|/etc/localtime$"
    r"|/etc/(nsswitch\.conf|passwd|group)$|/proc/(self|\d+|sys|filesystems|cpuinfo|meminfo)\b|/sys/(fs/cgroup|devices/system/cpu)|/dev/(null|tty|urandom|pts)")
ENVIRONMENT = {
    # contract: where its own files are, and how to write to a terminal.
    "HOME", "CONTRACT_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "TERM",
    # libgit2, OpenSSL and SQLite: where theirs are.
    "APP_SANDBOX_CONTAINER_ID", "OPENSSL_CONF", "OPENSSL_ia32cap", "SQLITE_TMPDIR", "TMPDIR",
}


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def strace_into(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    calls = "trace=open,openat,openat2,creat,execve,execveat,%network"
    return ["strace", "-f", "-ff", "-y", "-s", "4096", "-e", calls, "-o", folder / "of"]


def traced_calls(folder):
    """(program's call, its line) of every process in a folder of traces, `strace -ff` having written one file for each."""
    for trace in sorted(folder.iterdir()):
        for line in trace.read_text(errors="surrogateescape").splitlines():
            call = re.match(r"(\w+)\(", line)
            if call:
                yield call[1], line


class World:
    def __init__(self, program, work):
        self.program, self.work, self.repository = program, work, work / "repository"
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(work / "home"), "LC_ALL": "C.UTF-8",
                            "CONTRACT_HOME": str(work / "store")}
        (work / "home").mkdir()
        (work / "home/secret").write_text("of the user\n")
        self.write(work / "site", SITE)
        self.write(work / "upstream", {"file": "of the tool\n"})
        self.commit(work / "upstream")
        self.write(self.repository, FILES)
        self.git(self.repository, "init", "-q", "-b", "main")
        self.git(self.repository, "add", "-A")
        self.contract("lock")
        self.commit(self.repository)
        self.write(self.repository, UNTRACKED)
        # Evaluation needs what the lock says of it, and not the thing.
        shutil.rmtree(work / "upstream")

    @staticmethod
    def write(folder, files):
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            os.utime(path, (1_700_000_000, 1_700_000_000))  # older than the index: git need not look into it again

    def git(self, folder, *arguments):
        run(["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments], cwd=folder, env=self.environment)

    def commit(self, folder):
        self.git(folder, "init", "-q", "-b", "main")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", "x")

    def contract(self, *arguments, around=(), environment=None, store=None):
        settings = dict(self.environment if environment is None else environment)
        if store is not None:
            settings["CONTRACT_HOME"] = str(store)
        done = subprocess.run([*around, self.program, *arguments], cwd=self.repository, env=settings, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0:
            sys.exit(f"contract {' '.join(arguments)}: status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def plan(self, **how):
        return self.contract("show", "--json", "--system", "x86_64-linux", **how)

    def strange(self, call, line):
        """Why evaluation should not have made a call; empty: it may."""
        if call in ("execve", "execveat"):
            return "" if f'"{self.program}"' in line else "runs a program"
        if call not in ("open", "openat", "openat2", "creat"):
            return "makes or uses a socket"
        opened = re.search(r" = \d+<(.*)>$", line)
        if opened is None or "O_DIRECTORY" in line or "O_PATH" in line:  # refused, or only to find what is in it
            return ""
        path = pathlib.Path(opened[1].removesuffix(" (deleted)"))
        if path.is_dir() or OF_THE_SYSTEM.match(str(path)):
            return ""
        if path.is_relative_to(self.repository):
            name = str(path.relative_to(self.repository))
            if name.startswith(".git/") or name in NAMED:
                return ""
            return "opens a file that " + ("the contract does not name" if name in FILES else "is not tracked")
        own = [self.work / "site", self.work / "store", self.work / "fresh", self.work / "home/.config/contract"]
        if any(path.is_relative_to(folder) for folder in own):
            return ""
        return "opens a file outside of the repository"

    def check_calls(self, what, *arguments, store):
        traces = self.work / "traces"
        out = self.contract(*arguments, around=strace_into(traces), store=store)
        calls = list(traced_calls(traces))
        strange = [f"{why}: {line}" for call, line in calls for why in [self.strange(call, line)] if why]
        if strange:
            sys.exit(f"{what}: evaluation\n" + "\n".join(strange))
        # What has to be read was: the trace is not blind.
        for name in NAMED - {"src/main.c", "files/motd"}:
            if not any(f"{self.repository}/{name}>" in line for _, line in calls):
                sys.exit(f"{what}: {name} was never opened, or the trace does not say so")
        print(f"{what}: {len(calls)} calls, none of them strange")
        return out

    def check_judge(self):
        """The judge sees what it is there for."""
        traces = self.work / "traces"
        for arguments, why in ((["cat", "ignored"], "is not tracked"),
                               (["cat", "README.md"], "does not name"),
                               (["cat", self.work / "home/secret"], "outside"),
                               (["sh", "-c", "cat /dev/null"], "runs a program"),
                               ([sys.executable, "-c", "import socket; socket.socket()"], "socket")):
            run([*strace_into(traces), *arguments], cwd=self.repository, env=self.environment)
            if not any(why in self.strange(call, line) for call, line in traced_calls(traces)):
                sys.exit(f"{arguments}: it was not seen that this {why}")


def check_clock(world, library, plan):
    environment = dict(world.environment, LD_PRELOAD=library)
    years = [int(run(["date", "+%Y"], env=settings).stdout) for settings in (world.environment, environment)]
    if years[1] - years[0] not in (2, 3):
        sys.exit(f"the clock is no other one: {years}")
    if world.plan(environment=environment) != plan:
        sys.exit("the plan depends on the clock")
    if world.plan(environment=environment, store=world.work / "fresh-clock") != plan:
        sys.exit("the plan depends on the clock, when the store is empty")


def check_environment(world, library, plan):
    names = world.work / "names"
    world.plan(environment=dict(world.environment, LD_PRELOAD=library, NAMES_READ=str(names)))
    read = set(names.read_text().split())
    if "HOME" not in read and "CONTRACT_HOME" not in read:
        sys.exit("no environment variable was seen to be read, and some are")
    strange = read - ENVIRONMENT
    if strange:
        sys.exit(f"evaluation reads the environment: {', '.join(sorted(strange))}")
    other = {"PATH": "/nowhere", "HOME": str(world.work / "site"), "LC_ALL": "C", "TZ": "Pacific/Auckland", "USER": "other", "LANG": "tr_TR.UTF-8",
             "SYSTEM": "other", "SOURCE_DATE_EPOCH": "1", "CC": "other", "CONTRACT_HOME": str(world.work / "store")}
    if world.plan(environment=other) != plan:
        sys.exit("the plan depends on the environment")


def check_files(world, plan):
    for name, same in (("README.md", True), ("files/unnamed", True), ("src/notes.md", True), ("src/untracked.c", True),
                       ("files/motd", False), ("src/main.c", False)):
        path = world.repository / name
        before = path.read_text()
        path.write_text("other\n")
        if (world.plan() == plan) != same:
            sys.exit(f"the plan {'depends' if same else 'does not depend'} on {name}")
        path.write_text(before)


def main():
    program, clock, names = (os.path.abspath(argument) for argument in sys.argv[1:4])
    if shutil.which("strace") is None:
        skip("strace is not installed")
    refused = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if refused.returncode != 0:
        skip("strace may not trace here: " + refused.stderr.strip())
    with tempfile.TemporaryDirectory(prefix="reads-") as folder:
        world = World(program, pathlib.Path(folder).resolve())
        world.check_judge()
        plan = world.plan()
        for what, store in (("an empty store", world.work / "fresh"), ("the same store again", world.work / "fresh")):
            show = world.check_calls(f"contract show, {what}", "show", "--json", "--system", "x86_64-linux", store=store)
            if show != plan:
                sys.exit(f"the plan depends on {what}")
        world.check_calls("contract check", "check", "--stage", "evaluation", store=world.work / "fresh")
        check_clock(world, clock, plan)
        check_environment(world, names, plan)
        check_files(world, plan)
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)


if __name__ == "__main__":
    main()
