#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the Remote Execution API digest of a git tree: reapi_digest.py REPOSITORY COMMIT [SUBDIR]
or of a folder on this machine: reapi_digest.py --folder DIRECTORY

The Directory messages are encoded here from the protocol's definition and from what `git ls-tree` and `git cat-file`
say, with nothing of contract's own, so that the digests in contract.lock can be held against it.

  Directory      1 files, 2 directories, 3 symlinks; each sorted by name
  FileNode       1 name, 2 digest, 4 is_executable
  DirectoryNode  1 name, 2 digest
  SymlinkNode    1 name, 2 target
  Digest         1 hash (hex), 2 size_bytes
"""
import hashlib
import os
import subprocess
import sys


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True, stdout=subprocess.PIPE).stdout


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def text_field(number, value):
    """Length-delimited; an empty one is not written, as proto3 has it."""
    return varint(number << 3 | 2) + varint(len(value)) + value if value else b""


def message_field(number, value):
    return varint(number << 3 | 2) + varint(len(value)) + value


def number_field(number, value):
    return varint(number << 3) + varint(value) if value else b""


def digest(content):
    return text_field(1, hashlib.sha256(content).hexdigest().encode()) + number_field(2, len(content))


def folder_of(repository, commit, subdir):
    """{name: (mode, content) or a dict of the same}, of the files that git lists."""
    top = {}
    tree = f"{commit}:{subdir}" if subdir else commit
    for entry in git(repository, "ls-tree", "-r", "-z", tree).split(b"\0")[:-1]:
        facts, path = entry.split(b"\t", 1)
        mode, kind, name = facts.decode().split()
        if kind != "blob":
            sys.exit(f"{path!r} is a {kind}")
        *folders, last = path.split(b"/")
        folder = top
        for part in folders:
            folder = folder.setdefault(part, {})
        folder[last] = (mode, git(repository, "cat-file", "blob", name))
    return top


def folder_on_disk(path):
    """The same of everything that lies below `path`."""
    folder = {}
    for entry in os.scandir(os.fsencode(path)):
        if entry.is_symlink():
            folder[entry.name] = ("120000", os.readlink(entry.path))
        elif entry.is_dir():
            folder[entry.name] = folder_on_disk(entry.path)
        else:
            with open(entry.path, "rb") as file:
                folder[entry.name] = ("100755" if entry.stat().st_mode & 0o100 else "100644", file.read())
    return folder


def encoded(folder):
    out = b""
    # Bytes of UTF-8 sort as code points do; UTF-16 units, or git's order with a slash behind folders, would not.
    items = sorted(folder.items())
    for name, entry in items:
        if not isinstance(entry, dict) and entry[0] != "120000":
            executable = number_field(4, 1 if entry[0] == "100755" else 0)
            out += message_field(1, text_field(1, name) + message_field(2, digest(entry[1])) + executable)
    for name, entry in items:
        if isinstance(entry, dict):
            out += message_field(2, text_field(1, name) + message_field(2, digest(encoded(entry))))
    for name, entry in items:
        if not isinstance(entry, dict) and entry[0] == "120000":
            out += message_field(3, text_field(1, name) + text_field(2, entry[1]))
    return out


def main():
    if sys.argv[1] == "--folder":
        folder = folder_on_disk(sys.argv[2])
    else:
        folder = folder_of(*(sys.argv[1:] + [""])[:3])
    print("sha256:" + hashlib.sha256(encoded(folder)).hexdigest())


if __name__ == "__main__":
    main()
