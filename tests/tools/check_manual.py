#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the manual against the program: check_manual.py SOURCE_ROOT CONTRACT

Commands and options of --help against contract(1); the keys, and those of kinds of probes and of options of hosts,
and functions of expressions against contract.toml(5); the codes in the sources against the table, the case folders and contract-findings(7).
"""
import pathlib
import re
import subprocess
import sys

STAGES = ("evaluation", "build", "activation", "runtime")
# Codes that no case can provoke: a broken invariant of contract itself, and what only a broken disk or kernel does.
# Their pages say so; unit tests make them from values.
WITHOUT_CASE = {f"{stage}.internal" for stage in STAGES} | {"build.network-file-system"}


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plain(page):
    return page.read_text().replace("\\-", "-").replace("\\&", "")


def option_problems(root, contract):
    page = plain(root / "man/contract.1")
    commands = re.findall(r"^  (\w+) ", output(contract, "--help").split("commands:")[1].split("options:")[0], re.MULTILINE)
    for command in commands:
        section = re.search(rf'^\.SS "?contract {command}\b.*?(?=^\.S[SH] |\Z)', page, re.MULTILINE | re.DOTALL)
        if not section:
            yield f"man/contract.1 has no section 'contract {command}'"
            continue
        for option in re.findall(r"(--[a-z-]+)", output(contract, command, "--help").split("options:")[1]):
            common = option in ("--directory", "--color", "--help")
            if option not in (page if common else section.group(0)):
                yield f"man/contract.1 does not describe 'contract {command} {option}'"
        told = set(re.findall(r"^\.B[IR]?\s+\"?(--[a-z-]+)", section.group(0), re.MULTILINE))
        known = set(re.findall(r"(--[a-z-]+)", output(contract, command, "--help")))
        for option in sorted(told - known):
            yield f"man/contract.1 describes 'contract {command} {option}', which does not exist"


def language_problems(root):
    page = plain(root / "man/contract.toml.5").split(".SH EXPRESSIONS")[1].split("\n.SH ")[0]
    for path in sorted((root / "src/expression").glob("*.cpp")):
        text = path.read_text()
        names = re.findall(r'\{"([\w.]+)",\s*Style::', text) + re.findall(r'\bMacroForm\{"(\w+)"', text)
        names += re.findall(r'\b(?:utc|zoned)\("(\w+)"', text)
        for name in sorted(set(names)):
            if not re.search(rf"(?<!\w){re.escape(name)}\(", page):
                yield f"man/contract.toml.5 does not describe {name}()"


def code_problems(root, contract):
    listed = set(re.findall(r"^([a-z]+\.[a-z-]+) ", output(contract, "explain", "--list"), re.MULTILINE))
    in_sources, words = set(), set()
    for path in (root / "src").rglob("*.cpp"):
        if path.name.startswith("codes_"):
            continue
        text = path.read_text()
        in_sources |= set(re.findall(r'"((?:%s)\.[a-z-]+)"' % "|".join(STAGES), text))
        words |= set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', text))
    for code in sorted(in_sources - listed):
        yield f"the sources use {code}, which has no page"
    for code in sorted(listed):
        if code not in in_sources and code.split(".")[1] not in words:
            yield f"{code} has a page and occurs nowhere in the sources"
    cases = {f"{folder.parent.name}.{folder.name}" for folder in (root / "tests/cases").glob("*/*") if folder.is_dir()}
    for code in sorted(listed - cases - WITHOUT_CASE):
        yield f"{code} has no case folder tests/cases/{code.replace('.', '/')}"
    for code in sorted(listed & cases):
        stage, word = code.split(".")
        expected = "".join(p.read_text() for p in (root / "tests/cases" / stage / word).glob("std*.exp"))
        if code not in expected:
            yield f"the case of {code} does not show {code}"
    if output(contract, "explain", "--man") != (root / "man/contract-findings.7").read_text():
        yield "man/contract-findings.7 differs from `contract explain --man`; write it anew with that"


def key_problems(root, contract):
    raw = (root / "man/contract.toml.5").read_text()
    made = re.search(r'^\.\\" BEGIN KEYS.*?\n(.*)^\.\\" END KEYS$', raw, re.MULTILINE | re.DOTALL)
    if not made or made.group(1) != output(contract, "schema", "--man"):
        yield "the keys in man/contract.toml.5 differ from `contract schema --man`; write them anew with that"
    page = plain(root / "man/contract.toml.5")
    keys = set()
    kinds = (root / "src/core/probe_kinds.cpp").read_text()
    keys |= set(re.findall(r'^    \{"(\w+)", FieldType', kinds, re.MULTILINE))
    for key in sorted(keys):
        if not re.search(rf"(^|[\s\[.])(\\f[BIR])?{key}\b", page, re.MULTILINE):
            yield f"man/contract.toml.5 does not describe '{key}'"
    if len(keys) < 20:
        yield f"only {len(keys)} keys were found in the sources: their form has changed, and this test must follow"


def host_option_problems(root):
    """Every row of the table of host options has its entry with its type, in the part about its table."""
    page = plain(root / "man/contract.toml.5").split(".SH OPTIONS OF HOSTS")[1].split(".SH KINDS OF PROBES")[0]
    rows = re.findall(r'^    \{"([\w.<>]+)",\s*"((?:[^"\\]|\\.)*)', (root / "src/evaluation/host_options.cpp").read_text(), re.MULTILINE)
    told = set(re.findall(r'^\.BR ([\w.]+) " \(', page, re.MULTILINE))
    for path, kind in rows:
        group, name = path.split(".<", 1)[0] if "<" in path else "", path.split(">.", 1)[-1]
        part = re.search(rf"^\.BI {group}\..*?^\.RE", page, re.MULTILINE | re.DOTALL).group(0) if group else page
        shown = "word" if kind.startswith("enum") else kind
        if f'.BR {name} " ({shown})"' not in part:
            yield f"man/contract.toml.5 does not describe '{path}' with its type, {shown}"
    for name in sorted(told - {path.split(">.", 1)[-1] for path, _ in rows}):
        yield f"man/contract.toml.5 describes '{name}' of hosts, which is no option"
    if len(rows) < 50:
        yield f"only {len(rows)} options of hosts were found in the sources: this test must follow their form"


def configuration_problems(root):
    page = plain(root / "man/contract.1")
    source = (root / "src/manifest/configuration_file.cpp").read_text()
    keys = set(re.findall(r'(?:texts?|take|for_each_table|read_table)\((?:\w+, )?"([a-z_]+)"', source))
    for key in sorted(keys):
        if not re.search(rf"\b{key}\b", page):
            yield f"man/contract.1 does not describe the key '{key}' of config.toml"
    if len(keys) < 5:
        yield f"only {len(keys)} keys of config.toml were found in the sources: this test must follow their form"


def main():
    root, contract = pathlib.Path(sys.argv[1]), sys.argv[2]
    found = list(option_problems(root, contract)) + list(code_problems(root, contract)) + list(key_problems(root, contract)) + list(host_option_problems(root)) + list(configuration_problems(root))
    found += list(language_problems(root))
    print("\n".join(found) or "the manual is true")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
