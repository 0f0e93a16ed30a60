#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""contract in the surroundings that it is run in: surroundings.py CONTRACT REFUSE_NAMESPACES

As an ordinary user, as root, as root of a user namespace, inside bubblewrap, under the system call filter of Docker, with
a /proc of which a part is masked, where no more namespaces are allowed, in a chroot. In each, a contract that wants
everything sealed and one that accepts a reduced sandbox are built in an empty store. Each time it comes out at the level
that can be had there, or with the finding that says what to change; never as uid 0 of the machine, and where it was
sealed with the same bytes. Exit status 77, with the reason, where this machine cannot seal a build.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

MANIFEST = """\
[contract]
format  = 1
name    = "surrounded"
sandbox = "{level}"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[packages.world]
root  = "inputs.machine"
build = "id > $out/world; hostname >> $out/world; ls / /dev /etc >> $out/world; env | grep -v ^out= >> $out/world; grep -E 'Cap|NoNew|Seccomp:' /proc/self/status >> $out/world"

[packages.ids]
root  = "inputs.machine"
build = "cat /proc/self/uid_map > $out/ids"
"""
USER = 4711
SEALED, REDUCED = "sealed", "reduced"


class Surrounding:
    """`around`: a command that runs what follows it. The answers: a level, or a part of the help of the refusal."""

    def __init__(self, name, around, sealed, reduced, needs=(), user=None, outer=None):
        self.name, self.around, self.answers = name, around, {SEALED: sealed, REDUCED: reduced}
        self.needs, self.user, self.outer = needs, user, outer


def surroundings(refuse_namespaces, work):
    script = lambda text: ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", text + ' && exec "$@"', "sh"]
    user = [] if os.geteuid() != 0 else ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    seccomp = "seccomp=unconfined"
    all_of_them = [
        Surrounding("an ordinary user", user, SEALED, SEALED, user=USER, outer=USER if user else os.geteuid()),
        Surrounding("root of a user namespace", ["unshare", "--user", "--map-root-user"], SEALED, SEALED, outer=0),
        Surrounding("root of a user namespace of an ordinary user", [*user, "unshare", "--user", "--map-root-user"], SEALED, SEALED,
                    user=USER, outer=0),
        # It covers parts of /proc with read-only mounts of them.
        Surrounding("bubblewrap", ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-user", "--unshare-pid"],
                    "systempaths=unconfined", REDUCED, needs=["bwrap"]),
        Surrounding("bubblewrap with the machine's /proc", ["bwrap", "--dev-bind", "/", "/", "--unshare-user"], SEALED, SEALED, needs=["bwrap"]),
        Surrounding("the filter of Docker", [refuse_namespaces], seccomp, seccomp),
        Surrounding("a masked /proc", script("mount --bind /dev/null /proc/cmdline"), "systempaths=unconfined", REDUCED),
        Surrounding("no namespaces left", script("echo 0 > /proc/sys/user/max_user_namespaces"), "user.max_user_namespaces",
                    "user.max_user_namespaces"),
        Surrounding("a chroot", script(f"mkdir -p {work}/top && mount --rbind / {work}/top && cd {work}/top && set -- chroot . \"$@\""),
                    "allow user namespaces", "allow user namespaces"),
    ]
    if os.geteuid() == 0:
        all_of_them.insert(0, Surrounding("root", [], SEALED, SEALED, outer="nobody else's"))
    return all_of_them


class World:
    def __init__(self, program, work):
        self.program, self.work = work / "contract", work
        work.chmod(0o755)
        shutil.copy(program, self.program)
        self.number = 0

    def run(self, surrounding, level):
        """(the report, what the packages hold) of a check in a repository and a store of its own."""
        self.number += 1
        home = self.work / f"home-{self.number}"
        repository = home / "repository"
        repository.mkdir(parents=True)
        (repository / "contract.toml").write_text(MANIFEST.format(level=level))
        subprocess.run(["git", "init", "-q", "-b", "main"], cwd=repository, check=True)
        subprocess.run(["git", "add", "-A"], cwd=repository, check=True)
        if surrounding.user and os.geteuid() == 0:
            subprocess.run(["chown", "-R", str(surrounding.user), home], check=True)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(home), "LC_ALL": "C.UTF-8",
                       "GIT_CONFIG_NOSYSTEM": "1", "CONTRACT_HOME": str(home / "store")}
        here = f'cd "{repository}" && "{self.program}" lock > lock.log 2>&1 && "{self.program}" check --json --stage evaluation,build 2> errors.log'
        done = subprocess.run([*surrounding.around, "sh", "-c", here], cwd=repository, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)
        if not done.stdout.startswith("{"):
            said = "".join((repository / name).read_text() for name in ("lock.log", "errors.log") if (repository / name).exists())
            sys.exit(f"{surrounding.name}, {level}: status {done.returncode}\n{done.stdout}\n{done.stderr}\n{said}")
        files = {}
        if (home / "store/store").is_dir():
            files = {path.name: path.read_text() for path in (home / "store/store").glob("*/*") if path.is_file()}
        return json.loads(done.stdout), files


def check(world, surrounding, level, reference):
    what = f"{surrounding.name}, a contract that asks for {level}"
    report, files = world.run(surrounding, level)
    findings = {finding["code"]: finding for finding in report["findings"]}
    answer = surrounding.answers[level]
    said = json.dumps(report["findings"], indent=1)
    if answer not in (SEALED, REDUCED):
        refusal = findings.get("build.namespaces-refused")
        if refusal is None or answer not in " ".join(refusal["help"]):
            sys.exit(f"{what}: not refused with '{answer}' in its help:\n{said}")
        if files:
            sys.exit(f"{what}: refused, and built all the same")
        return f"refused: {refusal['message'].split(': ', 1)[-1]}"
    if set(files) != {"world", "ids"}:
        sys.exit(f"{what}: not built:\n{said}")
    if ("build.sandbox-reduced" in findings) != (answer == REDUCED):
        sys.exit(f"{what}: it should be {answer}:\n{said}")
    inner, outer, count = files["ids"].split()
    if inner != "1000" or count != "1":
        sys.exit(f"{what}: the ids inside are {files['ids']}")
    if isinstance(surrounding.outer, int) and int(outer) != surrounding.outer or surrounding.outer == "nobody else's" and outer == "0":
        sys.exit(f"{what}: outside it was {outer}")
    if answer == SEALED and files["world"] != reference.setdefault("world", files["world"]):
        sys.exit(f"{what}: the build saw another world:\n{files['world']}\nand not\n{reference['world']}")
    return answer


def main():
    program, refuse_namespaces = (os.path.abspath(argument) for argument in sys.argv[1:3])
    probe = subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True, text=True, check=False)
    if probe.returncode != 0:
        print("skipped: this machine cannot seal a build: " + probe.stderr.strip())
        sys.exit(77)
    # Not below /dev, which bubblewrap makes anew.
    with tempfile.TemporaryDirectory(prefix="around-", dir="/tmp") as folder:
        work = pathlib.Path(folder).resolve()
        world, reference = World(program, work), {}
        helper = work / "refuse_namespaces"
        shutil.copy(refuse_namespaces, helper)
        for surrounding in surroundings(str(helper), work):
            missing = [name for name in surrounding.needs if shutil.which(name) is None]
            if missing:
                print(f"{surrounding.name}: not tested, there is no {missing[0]} here")
                continue
            for level in (SEALED, REDUCED):
                print(f"{surrounding.name}, asked for {level}: {check(world, surrounding, level, reference)}", flush=True)
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)


if __name__ == "__main__":
    main()
