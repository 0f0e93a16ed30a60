#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts what meson tested: count_results.py TESTLOG.JSON

Prints "PASSED FAILED SKIPPED". What was skipped is told on the error output with its reason: whole tests, which are
counted, and single cases of Catch2 programs, which said "skipped: REASON" (tests/support/skip.hpp) while the rest of
their program ran. Fails when there were sandbox tests and none of them ran.
"""
import collections
import json
import re
import sys

# Catch2 breaks lines at 80 columns and ends a warning with an empty line.
CASE = re.compile(r"^ +skipped: (.*(?:\n .*)*)", re.MULTILINE)


def reasons(output):
    return collections.Counter(" ".join(found.split()) for found in CASE.findall(output))


def tell_skipped(results):
    for result in results:
        output = result.get("stdout") or ""
        if result["result"] == "SKIP":
            print("skipped:", result["name"] + ":", *output.strip().splitlines()[-1:], file=sys.stderr)
        for reason, cases in reasons(output).items():
            print(f"skipped in {result['name']}: {reason} ({cases} case{'s' if cases > 1 else ''})", file=sys.stderr)


def main():
    with open(sys.argv[1], encoding="utf-8") as log:
        results = [json.loads(line) for line in log]
    counts = collections.Counter(result["result"] for result in results)
    skipped = counts.pop("SKIP", 0)
    passed = counts.pop("OK", 0)
    print(passed, sum(counts.values()), skipped)
    tell_skipped(results)
    sandbox = [result for result in results if "sandbox" in " ".join(result.get("suite", []))]
    if sandbox and all(result["result"] == "SKIP" for result in sandbox):
        sys.exit("no sandbox test ran: a sealed build was not tested at all, so this run fails")


if __name__ == "__main__":
    main()
