#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an image as an OCI layout: make_image.py DIRECTORY KIND

or, with --mirror before, as files at the places where a registry has them below its /v2/NAME/. The tag is always "1".
Everything is fixed: the same KIND gives the same digests everywhere.

  root       an index for amd64 and arm64; three layers with whiteouts, an opaque folder, hard links and symlinks,
             compressed with gzip, not at all, and with gzip
  zstd       the same content, its layers compressed with zstd
  amd64      the image for amd64 of root alone, without an index
  single     one manifest for amd64, no index
  devices    a layer with a device, a FIFO, a set-user-id file and absolute names
  traversal  a layer with an entry "../outside"
  bomb       a layer of some KB that is 1.1 GiB of zeros
  big        one layer of 3 MB that does not compress
  dateless   as single, without a date
  foreign    as single, with a layer that its publisher keeps to himself
  host       /bin/sh of this machine and what it needs to run
"""
import gzip
import hashlib
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def entry(name, kind=tarfile.REGTYPE, data=b"", mode=0o644, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.mode, info.linkname, info.size, info.mtime = kind, mode, target, len(data), 1767225600
    return info, data


def folder(name):
    return entry(name, tarfile.DIRTYPE, mode=0o755)


def symlink(name, target):
    return entry(name, tarfile.SYMTYPE, target=target)


def hard_link(name, target):
    return entry(name, tarfile.LNKTYPE, target=target)


LOWEST = [
    folder("usr"), folder("usr/bin"), folder("usr/lib"), folder("etc"), folder("opt"), folder("opt/old"),
    folder("gone"), folder("replaced"), folder("kept"),
    entry("usr/bin/tool", data=b"#!/bin/sh\necho one\n", mode=0o755),
    hard_link("usr/bin/same", "usr/bin/tool"),
    symlink("lib", "usr/lib"), symlink("bin", "/usr/bin"),
    entry("usr/lib/base.so", data=b"base"),
    entry("etc/a", data=b"a"), entry("etc/b", data=b"b"), entry("etc/größe", data="ü".encode()),
    entry("opt/old/x", data=b"x"), entry("opt/old/y", data=b"y"), entry("gone/inner", data=b"inner"),
    entry("replaced/inner", data=b"inner"), entry("kept/low", data=b"low"), entry("Readme", data=b"1"),
    entry("README", data=b"2"), entry("empty"),
]
MIDDLE = [
    entry("etc/.wh.a"), entry("etc/.wh.never-there"), entry(".wh.gone"),
    folder("opt/old"), entry("opt/old/.wh..wh..opq"), entry("opt/old/new", data=b"new"),
    entry("replaced", data=b"now a file"),
    entry("lib/added.so", data=b"added"), entry("bin/script", data=b"#!/bin/sh\n", mode=0o755),
    hard_link("etc/tool", "usr/bin/tool"), hard_link("usr/lib/link.so", "lib/base.so"),
    symlink("kept/dangling", "../nowhere"),
    folder("kept"),
]
HIGHEST = [
    entry("etc/b", data=b"changed"), entry("usr/bin/tool", data=b"#!/bin/sh\necho two\n", mode=0o755),
    entry("bin/.wh.script"), folder("gone"), entry("gone/again", data=b"again"),
    symlink("etc/tool", "b"), entry("deep/er/and/deeper", data=b"d"),
]
ARM = [folder("usr"), entry("usr/machine", data=b"arm64")]


def tar(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def compressed(data, how):
    if how == "gzip":
        return gzip.compress(data, 6, mtime=0)
    if how == "zstd":
        return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout
    return data


class Layout:
    def __init__(self, path):
        self.path = path
        os.makedirs(f"{path}/blobs/sha256")
        self.write("oci-layout", b'{"imageLayoutVersion": "1.0.0"}')

    def write(self, name, data):
        with open(f"{self.path}/{name}", "wb") as file:
            file.write(data)

    def blob(self, data, media_type, **more):
        digest = hashlib.sha256(data).hexdigest()
        self.write(f"blobs/sha256/{digest}", data)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(data), **more}

    def document(self, value, media_type, **more):
        return self.blob(json.dumps(value, indent=1).encode(), media_type, **more)

    def image(self, layers, architecture="amd64", created="2026-01-01T00:00:00Z", **more):
        """`layers`: pairs of the tar's bytes and how they are compressed."""
        config = {"architecture": architecture, "os": "linux", "config": {},
                  "rootfs": {"type": "layers",
                             "diff_ids": ["sha256:" + hashlib.sha256(data).hexdigest() for data, _ in layers]}}
        if created:
            config["created"] = created
        suffix = {"gzip": "+gzip", "zstd": "+zstd", "none": ""}
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": self.document(config, CONFIG),
                    "layers": [self.blob(compressed(data, how), LAYER + suffix[how]) for data, how in layers]}
        return self.document(manifest, MANIFEST, **more)

    def mirror(self, descriptor, path):
        for folder in ("manifests", "blobs"):
            os.makedirs(f"{path}/{folder}")
            for digest in os.listdir(f"{self.path}/blobs/sha256"):
                shutil.copy(f"{self.path}/blobs/sha256/{digest}", f"{path}/{folder}/sha256:{digest}")
        shutil.copy(f"{path}/manifests/{descriptor['digest']}", f"{path}/manifests/1")

    def tag(self, descriptor):
        descriptor = {**descriptor, "annotations": {"org.opencontainers.image.ref.name": "1"}}
        self.write("index.json", json.dumps({"schemaVersion": 2, "manifests": [descriptor]}).encode())


def platform(architecture, variant=""):
    value = {"os": "linux", "architecture": architecture}
    return {**value, "variant": variant} if variant else value


def layers(methods):
    return list(zip(map(tar, (LOWEST, MIDDLE, HIGHEST)), methods))


def root(layout, methods):
    amd64 = layout.image(layers(methods), platform=platform("amd64"))
    arm64 = layout.image([(tar(ARM), methods[0])], "arm64", platform=platform("arm64", "v8"))
    return layout.document({"schemaVersion": 2, "mediaType": INDEX, "manifests": [amd64, arm64]}, INDEX)


def bomb(layout):
    info, _ = entry("zeros")
    info.size = 1100 << 20
    with subprocess.Popen(["zstd", "-q", "-c"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(info.tobuf(tarfile.PAX_FORMAT))
        for _ in range(1100):
            process.stdin.write(bytes(1 << 20))
        process.stdin.write(bytes(10240))
        process.stdin.close()
        layer = layout.blob(process.stdout.read(), LAYER + "+zstd")
    config = layout.document({"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z"}, CONFIG)
    return layout.document({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}, MANIFEST)


def foreign(layout):
    config = layout.document({"architecture": "amd64", "os": "linux", "created": "2026-01-01T00:00:00Z"}, CONFIG)
    layer = layout.blob(tar(ARM), LAYER.replace("v1", "nondistributable.v1"))
    return layout.document({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]}, MANIFEST)


def host(layout):
    told = subprocess.run(["ldd", "/bin/sh"], stdout=subprocess.PIPE, check=True, text=True).stdout
    entries = []
    for name in ["/bin/sh"] + re.findall(r"(/\S+)", told):
        with open(name, "rb") as file:
            entries.append(entry(name[1:], data=file.read(), mode=0o755))
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    return layout.image([(tar(entries), "gzip")], machine)


def make(layout, kind):
    one_layer = {"single": LOWEST, "dateless": LOWEST,
                 "devices": [entry("null", tarfile.CHRTYPE), entry("pipe", tarfile.FIFOTYPE),
                             entry("su", data=b"su", mode=0o4755), entry("/from/top", data=b"top"),
                             hard_link("/from/other", "/su")],
                 "traversal": [entry("fine", data=b"x"), entry("../outside", data=b"x")],
                 "big": [entry("noise", data=random.Random(1).randbytes(3_000_000))]}
    if kind in one_layer:
        how = "none" if kind == "big" else "gzip"
        return layout.image([(tar(one_layer[kind]), how)], created="" if kind == "dateless" else "2026-01-01T00:00:00Z")
    methods = {"root": ["gzip", "none", "gzip"], "zstd": ["zstd", "zstd", "zstd"]}
    if kind in methods:
        return root(layout, methods[kind])
    if kind == "amd64":
        return layout.image(layers(methods["root"]))
    return {"bomb": bomb, "foreign": foreign, "host": host}[kind](layout)


def main():
    *options, directory, kind = sys.argv[1:]
    if options == ["--mirror"]:
        with tempfile.TemporaryDirectory() as work:
            layout = Layout(f"{work}/layout")
            layout.mirror(make(layout, kind), directory)
        return
    layout = Layout(directory)
    layout.tag(make(layout, kind))


if __name__ == "__main__":
    main()
