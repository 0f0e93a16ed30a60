#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The law of the rooms: check_layers.py SOURCE_ROOT

Every include of include/contract and src must be an arrow that src/README.md allows, and every library has one owner.
The table below is the law; the picture in src/README.md is held against it.
"""
import pathlib
import re
import sys

STAGES = {"evaluation", "build", "activation", "runtime"}
MAY_INCLUDE = {
    "base": set(),
    "core": {"base"},
    "os": {"base"},
    "json": {"base"},
    "expression": {"base"},
    "manifest": {"base", "core"},
    "git": {"base", "os"},
    "store": {"base", "core", "os"},
    "copy": {"base", "core", "os", "store"},
    "net": {"base", "os"},
    "inputs": {"base", "core", "os", "json", "git", "net", "store"},
    "evaluation": {"base", "core", "expression", "manifest"},
    "sandbox": {"base", "core", "os"},
    "build": {"base", "core", "os", "json", "store", "sandbox", "inputs"},
    "activation": {"base", "core", "os", "store", "sandbox"},
    "runtime": {"base", "core", "os", "json", "expression"},
    "report": {"base", "core", "json"},
    "pipeline": {"base", "core", "os", "git", "store", "copy", "inputs", "manifest"} | STAGES,
}
MAY_INCLUDE["cli"] = set(MAY_INCLUDE) | {"cli"}

OWNERS = {
    "openssl/": {"base"},
    "toml++/": {"manifest"},
    "git2": {"git"},
    "curl/": {"net"},
    "archive": {"inputs"},
    "solv/": {"inputs"},
    "sqlite3": {"store"},
    "zlib": {"store"},
    "seccomp": {"sandbox"},
    "nlohmann/": {"json"},
    "re2/": {"expression"},
    "CLI/": {"cli"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def room_of(path, root):
    parts = path.relative_to(root).parts
    return parts[2] if parts[0] == "include" else parts[1]


def problems_in(path, root):
    room = room_of(path, root)
    if room not in MAY_INCLUDE:
        yield f"{path}: there is no rule for the room '{room}'"
        return
    for match in INCLUDE.finditer(path.read_text()):
        quote, name = match.groups()
        crossing = re.match(r"contract/([a-z]+)/", name)
        if crossing:
            other = crossing.group(1)
            if other != room and other not in MAY_INCLUDE[room]:
                yield f"{path}: '{room}' may not include '{other}' ({name})"
        elif quote == '"' and not (path.parent / name).resolve().is_relative_to((root / "src" / room).resolve()):
            yield f"{path}: reaches around a border ({name})"
        for library, owners in OWNERS.items():
            if quote == "<" and name.startswith(library) and room not in owners:
                yield f"{path}: <{name}> belongs to {', '.join(sorted(owners))}"
    if path.parts[-3] != "include" and "using namespace std" in path.read_text():
        yield f"{path}: using namespace std"


def picture_problems(root):
    """The table of src/README.md says the same as the law."""
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", (root / "src/README.md").read_text(), re.MULTILINE)
    told = {room: set(re.findall(r"`(\w+)`", arrows)) for room, arrows in rows}
    for room in MAY_INCLUDE:
        if room == "cli":
            continue
        if told.get(room) != MAY_INCLUDE[room]:
            yield f"src/README.md: the row of '{room}' says {sorted(told.get(room, []))}, the law {sorted(MAY_INCLUDE[room])}"


def main():
    root = pathlib.Path(sys.argv[1])
    # What a precompiled header holds is of no room, and no file includes it.
    files = [p for folder in ("include", "src") for p in sorted((root / folder).rglob("*.[ch]pp"))
             if p != root / "src/precompiled.hpp"]
    found = [problem for path in files for problem in problems_in(path, root)] + list(picture_problems(root))
    found += [f"{path}: {n} lines; where is the seam?" for path in files
              if (n := len(path.read_text().splitlines())) > 500]
    print("\n".join(found) or f"{len(files)} files keep the law")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
