#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one case folder: run_case.py CONTRACT CASE

A case is a folder with the files of a small repository and

  cmd         a shell script (sh -eu) that runs `contract` in a copy of them, committed to git
  setup       run before the commit, in the same place; optional
  stdout.exp  what must be printed; a missing file means nothing
  stderr.exp
  status.exp  the exit status of cmd; a missing file means 0

The copy lies in a fresh directory whose path is shown as [work]; durations as [time]; the commit as [commit].
ACCEPT=1 rewrites the expectations instead of comparing. Exit status 77, with the reason, when the case needs what this
machine lacks: a first line `# needs: namespaces` in cmd says so. `# needs: a disk` among the first two lines: the copy
does not lie in TMPDIR, which may be memory.
"""
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OWN = {"cmd", "setup", "stdout.exp", "stderr.exp", "status.exp"}


def environment(work):
    return {
        "PATH": f"{work}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "HOME": f"{work}/home",
        "XDG_CONFIG_HOME": f"{work}/home/config",
        "CONTRACT_HOME": f"{work}/contract-home",
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        # No second process after each commit, and no waiting for a disk: nothing is kept.
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "maintenance.auto",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_CONFIG_KEY_1": "core.fsync",
        "GIT_CONFIG_VALUE_1": "none",
        "GIT_AUTHOR_NAME": "case",
        "GIT_AUTHOR_EMAIL": "case@example.org",
        "GIT_AUTHOR_DATE": "2026-01-15T09:30:00Z",
        "GIT_COMMITTER_NAME": "case",
        "GIT_COMMITTER_EMAIL": "case@example.org",
        "GIT_COMMITTER_DATE": "2026-01-15T09:30:00Z",
        "SOURCE": os.environ.get("MESON_SOURCE_ROOT", str(pathlib.Path(__file__).resolve().parents[2])),
        "TOOLS": os.environ.get("CONTRACT_TEST_TOOLS", ""),
    }


def run(command, work, env):
    return subprocess.run(command, cwd=f"{work}/repository", env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)


def prepare(case, contract, work, env):
    for folder in ("bin", "home", "repository"):
        os.mkdir(f"{work}/{folder}")
    os.symlink(contract, f"{work}/bin/contract")
    for entry in sorted(case.iterdir()):
        if entry.name in OWN:
            continue
        target = f"{work}/repository/{entry.name}"
        if entry.is_dir():
            shutil.copytree(entry, target, symlinks=True)
        else:
            shutil.copy2(entry, target, follow_symlinks=False)
    steps = [["sh", "-eu", str(case / "setup")]] if (case / "setup").exists() else []
    steps += [["git", "init", "--quiet", "--initial-branch=main"], ["git", "add", "--all"],
              ["git", "commit", "--quiet", "--allow-empty", "--message=case"]]
    for step in steps:
        done = run(step, work, env)
        if done.returncode != 0:
            sys.exit(f"{case.name}: {' '.join(step)} failed:\n{done.stderr.decode(errors='replace')}")


def normalised(data, work):
    text = data.decode("utf-8", errors="backslashreplace").replace(work, "[work]")
    text = re.sub(r"[ ]+\b\d+(\.\d+)? m?s\b", " [time]", text)
    text = re.sub(r'("duration_ms": )\d+', r"\1[time]", text)
    text = re.sub(r"@ [0-9a-f]{7}\b", "@ [commit]", text)
    text = re.sub(r'("commit": ")[0-9a-f]{40}', r"\1[commit]", text)
    return text


def expectation(case, name):
    path = case / f"{name}.exp"
    return path.read_text() if path.exists() else ("0\n" if name == "status" else "")


def accept(case, name, got):
    path = case / f"{name}.exp"
    if got == ("0\n" if name == "status" else ""):
        path.unlink(missing_ok=True)
    else:
        path.write_text(got)


def namespaces_missing():
    probe = subprocess.run(["unshare", "--user", "--net", "--mount", "true"], stderr=subprocess.PIPE, check=False)
    return probe.stderr.decode().strip() if probe.returncode != 0 else ""


def main():
    contract, case = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    first_lines = (case / "cmd").read_text().splitlines()[:2]
    if "# needs: namespaces" in first_lines[:1]:
        reason = namespaces_missing()
        if reason:
            print(f"skipped: user namespaces are refused here: {reason}")
            return 77
    with tempfile.TemporaryDirectory(prefix="case-", dir="/tmp" if "# needs: a disk" in first_lines else None) as work:
        work = os.path.realpath(work)
        os.chmod(work, 0o755)
        env = environment(work)
        prepare(case, contract, work, env)
        done = run(["sh", "-eu", str(case / "cmd")], work, env)
        results = {"stdout": normalised(done.stdout, work), "stderr": normalised(done.stderr, work),
                   "status": f"{done.returncode}\n"}
        subprocess.run(["chmod", "-R", "u+rwX", work], check=False, stderr=subprocess.DEVNULL)
    failed = False
    for name, got in results.items():
        if os.environ.get("ACCEPT") == "1":
            accept(case, name, got)
        elif got != expectation(case, name):
            failed = True
            wanted = expectation(case, name).splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(wanted, got.splitlines(keepends=True), f"{name}.exp", f"{name}"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
