#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the schema of contract.toml against the program: check_schema.py SOURCE_ROOT CONTRACT

Every contract of the examples, and of the cases in which evaluation finds no error, has to validate, and what the
lists in tests/schema/ have has to be taken or refused by both. Exit 77, a skip, without python3-jsonschema.
"""
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)
import json

HEADER = '[contract]\nformat = 1\nname = "x"\n'
# What the forms of single values are about; other findings are about what they mean together.
FORMS = ("syntax", "unknown-key", "wrong-type", "missing-key", "bad-value", "path-outside", "unsupported-format", "unsupported",
         "unknown-option", "unknown-probe-kind", "wrong-reference")


def schema(contract, *options):
    text = subprocess.run([contract, "schema", *options], check=True, capture_output=True, text=True).stdout
    document = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(document)
    return jsonschema.Draft202012Validator(document)


def documents(path):
    for block in path.read_text().split("\n### ")[1:]:
        title, _, text = block.partition("\n")
        yield title, text


def with_header(text):
    return text if text.startswith("[contract]") else HEADER + text


def findings(contract, text):
    """Codes of the errors that evaluation has."""
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "contract.toml").write_text(text)
        out = subprocess.run([contract, "check", "-C", folder, "--stage", "evaluation"], capture_output=True, text=True).stdout
    return re.findall(r"^error\[evaluation\.([a-z-]+)\]", out, re.MULTILINE)


def list_problems(root, contract, validator):
    for title, text in documents(root / "tests/schema/taken.txt"):
        for error in validator.iter_errors(tomllib.loads(with_header(text))):
            yield f"taken.txt, {title}: the schema refuses it: {error.message[:200]}"
        for code in set(findings(contract, with_header(text))) & set(FORMS) - {"unsupported"}:
            yield f"taken.txt, {title}: the program refuses it: {code}"
    for title, text in documents(root / "tests/schema/refused.txt"):
        if validator.is_valid(tomllib.loads(with_header(text))):
            yield f"refused.txt, {title}: the schema takes it"
        if not set(findings(contract, with_header(text))) & set(FORMS):
            yield f"refused.txt, {title}: the program takes it"


def module_problems(root, validator):
    for title, text in documents(root / "tests/schema/refused_modules.txt"):
        if validator.is_valid(tomllib.loads(text)):
            yield f"refused_modules.txt, {title}: the schema takes it"


def good_contracts(root):
    yield from (root / "examples").rglob("contract.toml")
    yield root / "contract.toml"
    for path in sorted((root / "tests/cases").glob("*/*/contract.toml")):
        expected = "".join(p.read_text() for p in path.parent.glob("std*.exp"))
        if not re.search(r"error\[evaluation\.", expected):
            yield path


def file_problems(root, validator, paths, least):
    seen = 0
    for path in paths:
        try:
            document = tomllib.loads(path.read_text().replace("@ARCHIVE@", "file:///archive"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            continue  # it is about something else
        seen += 1
        for error in validator.iter_errors(document):
            yield f"{path.relative_to(root)}: the schema refuses it: {error.message[:200]}"
    if seen < least:
        yield f"only {seen} files were looked at: this test must follow where they are"


def main():
    root, contract = pathlib.Path(sys.argv[1]), sys.argv[2]
    manifests, modules = schema(contract), schema(contract, "--module")
    found = list(file_problems(root, manifests, good_contracts(root), 60))
    found += list(list_problems(root, contract, manifests))
    found += list(module_problems(root, modules))
    found += list(file_problems(root, modules, (root / "tests/schema").glob("*.module.toml"), 1))
    print("\n".join(found) or "the schema and the program agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
