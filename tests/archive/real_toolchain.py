#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A C and a C++ program, built sealed and run on a root of real Debian packages: real_toolchain.py CONTRACT

From this machine's own apt sources, as an ordinary user, while the machine's own compilers and make are hidden. The
contract is locked twice, by two users with other homes, umasks, locales and directories: the two locks are the same
bytes. Then the network is cut, and everything still works. Exit status 77, with the reason, when this machine has no
apt archive to ask or nobody here may hide a file.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

CONTRACT_TOML = """\
[contract]
format  = 1
name    = "toolchain"
systems = ["x86_64-linux"]

[inputs.base]
deb     = ["gcc", "g++", "make", "libc6-dev"]
archive = "debian"
suites  = ["bookworm"]

[toolchains.c]
root = "inputs.base"

[packages.greet]
source = "./src"
uses   = ["toolchains.c"]
build  = "make greet && mkdir $out/bin && cp greet $out/bin/"

[packages.sorted]
source = "./src"
uses   = ["toolchains.c"]
build  = "make sorted && mkdir $out/bin && cp sorted $out/bin/"

[checks.greet]
uses = ["toolchains.c", "packages.greet", "packages.sorted"]
run  = 'test "$(greet)" = "hello from C" && test "$(sorted c a b)" = "a b c"'
"""
FILES = {
    "contract.toml": CONTRACT_TOML,
    "src/Makefile": "greet: greet.c\n\tgcc -O2 -o $@ $<\nsorted: sorted.cpp\n\tg++ -O2 -std=c++20 -o $@ $<\n",
    "src/greet.c": '#include <stdio.h>\nint main(void) {\n    puts("hello from C");\n    return 0;\n}\n',
    "src/sorted.cpp": "#include <iostream>\n#include <set>\n#include <string>\n\nint main(int argc, char** argv) {\n"
                      "    const std::multiset<std::string> words(argv + 1, argv + argc);\n    bool first = true;\n"
                      "    for (const auto& word : words) {\n        std::cout << (first ? \"\" : \" \") << word;\n"
                      "        first = false;\n    }\n    std::cout << '\\n';\n}\n",
}
HIDDEN = ["gcc", "gcc-12", "x86_64-linux-gnu-gcc-12", "g++", "g++-12", "x86_64-linux-gnu-g++-12", "cc", "c++", "make", "as", "ld"]


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


class Machine:
    """One ordinary user with a home, a store, a umask and a locale of its own."""

    def __init__(self, work, name, uid, umask, locale, depth):
        self.home = work / name / ("long" * depth)
        self.uid, self.umask = uid, umask
        self.repository = self.home / "repository"
        self.repository.mkdir(parents=True)
        for path, text in FILES.items():
            (self.repository / path).parent.mkdir(exist_ok=True)
            (self.repository / path).write_text(text)
        self.environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": str(self.home), "LC_ALL": locale,
                            "CONTRACT_HOME": str(self.home / "store"), "XDG_CONFIG_HOME": str(self.home / "config"),
                            "GIT_CONFIG_NOSYSTEM": "1", "TZ": "Pacific/Kiritimati" if depth else "UTC"}
        git = ["git", "-c", "safe.directory=*", "-c", "user.name=t", "-c", "user.email=t@example.org"]
        for step in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
            subprocess.run(git + step, cwd=self.repository, check=True, env=self.environment)
        for path in [work / name, *(work / name).rglob("*")]:
            os.chown(path, uid, uid, follow_symlinks=False)

    def run(self, contract, *arguments, offline=False, status=0):
        """Hidden tools, other user; a mount namespace of its own, and with offline a network namespace without a network."""
        hide = " ".join(f"mount --bind /dev/null /usr/bin/{tool};" for tool in HIDDEN if os.path.exists(f"/usr/bin/{tool}"))
        inner = f"umask {self.umask:03o}; exec \"$@\""
        script = f"{hide} exec setpriv --reuid={self.uid} --regid={self.uid} --clear-groups sh -c '{inner}' sh \"$@\""
        command = ["unshare", "--mount"] + (["--net"] if offline else []) + ["sh", "-euc", script, "sh", contract, *arguments]
        done = subprocess.run(command, cwd=self.repository, env=self.environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=1200, check=False)
        if done.returncode != status:
            sys.exit(f"contract {' '.join(arguments)}: status {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def lock(self):
        return (self.repository / "contract.lock").read_bytes()


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")


def main():
    contract = os.path.abspath(sys.argv[1])
    if os.geteuid() != 0:
        skip("only root can hide the compilers of this machine from another user")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        skip("mounts are refused here")
    sources = subprocess.run(["apt-get", "indextargets", "--format", "$(CODENAME)", "Created-By: Packages"], capture_output=True,
                             text=True, check=False).stdout.split()
    if "bookworm" not in sources:
        skip("apt of this machine has no lists of bookworm")
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        os.chmod(folder, 0o755)
        work = pathlib.Path(folder)
        shutil.copy2(contract, work / "contract")
        contract = str(work / "contract")
        one = Machine(work, "one", 64001, 0o022, "C.UTF-8", 0)
        two = Machine(work, "two", 64002, 0o077, "C", 3)
        one.run(contract, "lock")
        two.run(contract, "lock")
        expect("the lock of the second machine", two.lock(), one.lock())
        one.run(contract, "check", "--stage", "evaluation,build")
        expect("greet", one.run(contract, "run", "--trust", "greet"), "hello from C\n")
        expect("sorted", one.run(contract, "run", "--trust", "sorted", "z", "b", "a"), "a b z\n")
        before = one.lock()
        one.run(contract, "check", "--stage", "evaluation,build", offline=True)
        one.run(contract, "lock", "--offline", offline=True)
        expect("the lock without a network", one.lock(), before)
        expect("greet without a network", one.run(contract, "run", "--trust", "greet", offline=True), "hello from C\n")
        plans = [machine.run(contract, "show", "--json") for machine in (one, two)]
        expect("the plan of the second machine", plans[1], plans[0])
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
    print("a C and a C++ program were built and run on a root of Debian packages")


if __name__ == "__main__":
    main()
