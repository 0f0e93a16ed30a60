"""Thirty mistakes of different kinds: all at once, each pointing at its own characters; then each one left out in turn."""
import json
import subprocess
import sys

HEAD = """[contract]
format = 1
name   = "thirty-mistakes"
systems = ["x86_64-linux", "aarch64-linux"]
description = "two words"
[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]
[packages.good]
root  = "inputs.machine"
build = "true"
[checks.good]
root = "inputs.machine"
run  = "true"
"""
# A declaration with one mistake, what is wrong with it, and the characters that are marked.
MISTAKES = [
    ('[packages.a1]\nbuild = "true"\nbulid = "x"\n', "unknown-key", "bulid"),
    ('[packages.a2]\nuses = "packages.good"\nbuild = "true"\n', "wrong-type", '"packages.good"'),
    ('[packages.a3]\nbuild = "true"\ntimeout = "10 min"\n', "bad-value", '"10 min"'),
    ('[packages.a4]\nroot = "inputs.machine"\n', "missing-key", "[packages.a4]"),
    ('[packages.a5]\nuses = ["packages.nothing"]\nbuild = "true"\n', "unknown-reference", '"packages.nothing"'),
    ('[packages.a6]\nuses = ["checks.good"]\nbuild = "true"\n', "wrong-reference", '"checks.good"'),
    ('[packages.a7]\nbuild = "echo ${{ packages.goood }}"\n', "expression", "goood"),
    ('[packages.a8]\nbuild = "echo ${{ contract.description }}"\n', "unsafe-interpolation", "contract.description"),
    ('[packages.a9]\nsource = "./nowhere"\nbuild = "true"\n', "missing-file", '"./nowhere"'),
    ('[packages.b1]\nsource = "./later"\nbuild = "true"\n', "untracked-file", '"./later"'),
    ('[packages.b2]\nsource = "../elsewhere"\nbuild = "true"\n', "path-outside", '"../elsewhere"'),
    ('[packages.b3]\nsource = { path = "./src", include = ["*.py"] }\nbuild = "true"\n', "empty-source", '"./src"'),
    ('[packages.b4]\nuses = ["packages.b4"]\nbuild = "true"\n', "cycle", '"packages.b4"'),
    ('[packages.b5]\nwhen = "1 == nobody"\nbuild = "true"\n', "expression", "nobody"),
    ('[packages.b6]\nwhen = "\'text\'"\nbuild = "true"\n', "expression", "'text'"),
    ('[packages.b7]\nsystems = ["x86_64-plan9"]\nbuild = "true"\n', "bad-value", '"x86_64-plan9"'),
    ('[packages.b8]\nsource = { path = "./src", include = [":(attr:x)a"] }\nbuild = "true"\n', "bad-pathspec", '":(attr:x)a"'),
    ('[toolchains.c1]\nenv = { A = "1" }\n[toolchains.c2]\nenv = { A = "2" }\n[checks.c]\nuses = ["toolchains.c1", "toolchains.c2"]\n'
     'root = "inputs.machine"\nrun = "true"\n', "env-conflict", None),
    ('[inputs.d1]\n', "missing-key", "[inputs.d1]"),
    ('[inputs.d2]\nhost = ["usr"]\n', "bad-value", '"usr"'),
    ('[probes.e1]\nkind = "tpc"\n', "unknown-probe-kind", '"tpc"'),
    ('[probes.e2]\nkind = "tcp"\nhost = "a"\nport = 1\nexpect = "true"\n', "empty-expectation", "true"),
    ('[probes.e3]\nkind = "sysctl"\n', "missing-key", "[probes.e3]"),
    ('[hosts.f1]\nclass = "linux"\nconfig.fils.x.text = ""\n', "unknown-option", "fils"),
    ('[hosts.f2]\nclass = "linux"\nconfig.files."/etc/x".mode = 420\n', "wrong-type", "420"),
    ('[hosts.f3]\nclass = "linux"\nmodules = ["./web.toml"]\nconfig.web.port = 70000\n', "bad-value", "70000"),
    ('[hosts.f4]\nclass = "darwin"\n', "unsupported", '"darwin"'),
    ('[commands.g]\nroot = "inputs.machine"\nrun = "true"\nneeds = ["probes.nothing"]\n', "unknown-reference", '"probes.nothing"'),
    ('[policies.h1]\nassert = "size(contract.name) > 1000"\n', "policy", "size(contract.name) > 1000"),
    ('[polices.h2]\nassert = "true"\n', "unknown-key", "polices"),
]


def run(mistakes):
    with open("contract.toml", "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(text for text, _, _ in mistakes))
    done = subprocess.run(["contract", "check", "--stage", "evaluation", "--json"], capture_output=True, check=False)
    lines = open("contract.toml", encoding="utf-8").read().split("\n")
    found = []
    for finding in json.loads(done.stdout)["findings"]:
        if finding["severity"] != "error":
            continue
        where = finding["where"]
        marked = lines[where["line"] - 1][where["column"] - 1:where["end_column"] - 1]
        found.append((finding["code"].split(".")[1], marked))
    return done.returncode, found


def agrees(mistakes, found):
    wanted = [(code, marked) for _, code, marked in mistakes]
    return len(found) == len(wanted) and all(a == c and b in (None, d) for (a, b), (c, d) in zip(wanted, found))


open("later", "w", encoding="utf-8").close()
status, found = run(MISTAKES)
print("status", status, "mistakes", len(found))
if not agrees(MISTAKES, found):
    for wanted, got in zip([m[1:] for m in MISTAKES] + [None] * 9, found + [None] * 9):
        if wanted or got:
            print("  wanted", wanted, "got", got)
for left_out in range(len(MISTAKES)):
    rest = MISTAKES[:left_out] + MISTAKES[left_out + 1:]
    status, found = run(rest)
    if not agrees(rest, found):
        print("without", MISTAKES[left_out][0].split("\n")[0], "there are", len(found), found)
print("each left out in turn:", len(MISTAKES) - 1)
