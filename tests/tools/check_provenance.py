#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds a statement of `contract provenance` against its output: check_provenance.py STATEMENT OUTPUT

Required fields and forms are those of in-toto Statement v1 and SLSA Provenance v1; digests are computed here from the
files, from git and from the recipe's text, with nothing of contract's own. Prints what the statement says.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

from reapi_digest import encoded, folder_on_disk

HEX = {"sha256": 64, "dirHash1": 64, "gitCommit": 40}
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
URI = r"[a-z][a-z0-9+.-]*:[!-~]+"


def require(condition, what):
    if not condition:
        sys.exit(f"wrong: {what}")


def only(given, allowed, where):
    for key in given:
        require(key in allowed, f"{where} has '{key}', which the specification does not know")


def check_digests(digests, where):
    require(isinstance(digests, dict) and digests, f"{where} has no digest")
    for name, value in digests.items():
        require(re.fullmatch(r"[0-9a-f]{%d}" % HEX[name], value), f"{where}: {name} {value}")


def check_descriptor(descriptor, where):
    only(descriptor, {"name", "uri", "digest", "content", "downloadLocation", "mediaType", "annotations"}, where)
    require({"uri", "digest", "content"} & set(descriptor), f"{where} says neither uri nor digest nor content")
    if "digest" in descriptor:
        check_digests(descriptor["digest"], where)
    if "uri" in descriptor:
        require(re.fullmatch(URI, descriptor["uri"]), f"{where}: {descriptor['uri']} is no URI")


def check_shape(statement):
    only(statement, {"_type", "subject", "predicateType", "predicate"}, "the statement")
    require(statement["_type"] == "https://in-toto.io/Statement/v1", "_type")
    require(statement["predicateType"] == "https://slsa.dev/provenance/v1", "predicateType")
    require(len(statement["subject"]) == 1, "one subject")
    check_descriptor(statement["subject"][0], "the subject")
    require("digest" in statement["subject"][0], "a subject needs a digest")
    predicate = statement["predicate"]
    only(predicate, {"buildDefinition", "runDetails"}, "the predicate")
    definition = predicate["buildDefinition"]
    only(definition, {"buildType", "externalParameters", "internalParameters", "resolvedDependencies"}, "buildDefinition")
    require(re.fullmatch(URI, definition["buildType"]), "buildType is no URI")
    require(isinstance(definition["externalParameters"], dict), "externalParameters")
    for descriptor in definition["resolvedDependencies"]:
        check_descriptor(descriptor, f"dependency {descriptor.get('name')}")
    details = predicate["runDetails"]
    only(details, {"builder", "metadata", "byproducts"}, "runDetails")
    only(details["builder"], {"id", "builderDependencies", "version"}, "builder")
    require(re.fullmatch(URI, details["builder"]["id"]), "builder.id is no URI")
    require(all(isinstance(value, str) for value in details["builder"]["version"].values()), "builder.version")
    only(details["metadata"], {"invocationId", "startedOn", "finishedOn"}, "metadata")
    for name in ("startedOn", "finishedOn"):
        require(re.fullmatch(TIME, details["metadata"][name]), name)
    require(details["metadata"]["startedOn"] <= details["metadata"]["finishedOn"], "it ended before it began")
    for descriptor in details["byproducts"]:
        check_descriptor(descriptor, "byproduct")


def dir_hash(folder):
    """As the in-toto specification has it: sha256sum of every regular file, sorted by name, and of that again."""
    names = sorted(os.fsencode(os.path.relpath(os.path.join(place, name), folder))
                   for place, _, files in os.walk(folder) for name in files
                   if not os.path.islink(os.path.join(place, name)))
    lines = b""
    for name in names:
        content = pathlib.Path(folder, os.fsdecode(name)).read_bytes()
        lines += hashlib.sha256(content).hexdigest().encode() + b"  " + name + b"\n"
    return hashlib.sha256(lines).hexdigest()


def tree_digest(folder):
    return hashlib.sha256(encoded(folder_on_disk(folder))).hexdigest()


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def check_truth(statement, output):
    subject, predicate = statement["subject"][0], statement["predicate"]
    require(subject["name"] == os.path.basename(output), "the subject's name")
    require(subject["digest"] == {"sha256": tree_digest(output), "dirHash1": dir_hash(output)}, "the subject's digests")
    internal = predicate["buildDefinition"]["internalParameters"]
    recipe = hashlib.sha256(internal["recipe"].encode())
    require(internal["recipe_digest"] == f"sha256:{recipe.hexdigest()}", "the recipe's digest")
    short = base64.b32encode(recipe.digest()[:20]).decode().lower()
    require(subject["name"].startswith(short + "-"), "the output is not named by the recipe")
    found = {one["name"]: one for one in predicate["buildDefinition"]["resolvedDependencies"]}
    require(found["repository"]["digest"]["gitCommit"] == git(".", "rev-parse", "HEAD"), "the commit")
    require(found["repository"]["uri"] == "git+" + pathlib.Path.cwd().as_uri(), "the repository")
    require(found["repository"]["annotations"]["modified"] == git(".", "diff", "--name-only").split(), "what was modified")
    require(found["source"]["digest"]["sha256"] == tree_digest("tool"), "the source")
    require(found["inputs.texts"]["digest"]["gitCommit"] == git("../upstream", "rev-parse", "v1"), "the pin of the input")
    home = pathlib.Path(os.environ["CONTRACT_HOME"])
    texts, = home.glob("store/*-texts")
    require(found["inputs.texts"]["annotations"]["tree"] == "sha256:" + tree_digest(texts), "the tree of the input")
    library, = home.glob("store/*-library")
    require(found["packages.library"]["digest"]["sha256"] == tree_digest(library), "the package that was used")
    action = predicate["runDetails"]["metadata"]["invocationId"].split("/")[0]
    log = hashlib.sha256((home / "log" / action).read_bytes()).hexdigest()
    require(predicate["runDetails"]["byproducts"][0]["digest"]["sha256"] == log, "the log")


def main():
    statement = json.loads(pathlib.Path(sys.argv[1]).read_text())
    check_shape(statement)
    check_truth(statement, sys.argv[2])
    definition = statement["predicate"]["buildDefinition"]
    print("external:", json.dumps(definition["externalParameters"]))
    print("dependencies:", ", ".join(one["name"] for one in definition["resolvedDependencies"]))
    print("modified:", definition["resolvedDependencies"][0]["annotations"]["modified"])
    print("builder:", statement["predicate"]["runDetails"]["builder"]["id"])


if __name__ == "__main__":
    main()
