#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A Debian-style archive for tests, with mirrors of it that are broken in one way each.

    debian_archive.py make FOLDER            builds and signs it below FOLDER
    debian_archive.py make FOLDER MIRROR...  only these mirrors besides `ok` and the snapshots, and amd64 alone
    debian_archive.py serve FOLDER           prints a port of 127.0.0.1 and serves FOLDER there until it is killed

FOLDER/ok is the mirror that is right, FOLDER/snapshot/<time> earlier states, FOLDER/keys the keyrings; every other
folder is named after its fault. All dates are fixed; only the keys are made anew each time. The server has some faults
more, below which it serves FOLDER/ok: /busy (503 once for each file), /limited (429 once), /truncated (packages end
early), /down (500 always). /count tells how many answers it gave.
"""
import concurrent.futures
import gzip
import hashlib
import http.server
import lzma
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

DATE = "Thu, 15 Jan 2026 09:30:00 UTC"
OLD_DATE = "Thu, 01 Jan 2026 00:00:00 UTC"
EPOCH = "1767225600"
ARCHITECTURES = ("amd64", "arm64")


def package(name, version="1.0", files=None, suites=("stable",), architecture="any", component="main", **fields):
    return {"name": name, "version": version, "files": files or {}, "suites": suites, "architecture": architecture,
            "component": component, "fields": {key.replace("_", "-"): value for key, value in fields.items()}}


def packages():
    applets = "sh cat cp mkdir ls echo test true false rm ln chmod grep sed awk".split()
    shell = {"usr/bin/busybox": pathlib.Path(shutil.which("busybox") or "/bin/true").read_bytes()}
    shell.update({f"usr/bin/{applet}": ("link", "busybox") for applet in applets})
    yield package("base-files", Essential="yes", Priority="required", files={"etc/debian_version": b"12\n"})
    yield package("shell", Essential="yes", Priority="required", files=shell, Provides="posix-shell")
    # As init-system-helpers asks for usrmerge or usr-is-merged, and mawk is what machines have.
    yield package("init-helpers", Essential="yes", Priority="required", Depends="merged | converter")
    yield package("merged", architecture="all")
    yield package("converter", Depends="interpreter")
    yield package("interpreter", Multi_Arch="allowed", files={"usr/lib/interpreter/library": b"code\n"})
    yield package("script", architecture="all", Depends="interpreter:any")
    yield package("small-awk", Priority="required", Provides="awk-program", files={"usr/bin/small-awk": b"#!/bin/sh\n"})
    yield package("great-awk", version="9.0", Provides="awk-program")
    yield package("tool", Depends="libtool1 (>= 1.0), awk-program", files={"usr/bin/tool": b"#!/bin/sh\necho tool\n"})
    yield package("libtool1", version="1.2-1", Multi_Arch="same", files={"lib/libtool.so.1": b"library\n"})
    yield package("editor", Depends="fancy | plain")
    yield package("fancy", Depends="not-in-this-archive")
    yield package("plain")
    yield package("libnew", version="3.0", Provides="libold (= 3.0)")
    yield package("libold", version="1.0")
    yield package("newer", Depends="libold (>= 2.0)")
    yield package("mail-client", Depends="mail-agent (>= 2)")
    yield package("agent-one", version="1:2.0", Provides="mail-agent (= 2.5)", Conflicts="mail-agent")
    yield package("agent-two", version="1:1.0", Provides="mail-agent (= 1.5)", Conflicts="mail-agent")
    yield package("early", files={"usr/share/early/note": b"first\n"})
    yield package("needs-early", Pre_Depends="early")
    yield package("left", Conflicts="right")
    yield package("right")
    yield package("both", Depends="left, right")
    yield package("breaker", Breaks="tool (<< 2.0)")
    yield package("needs-nothing-there", Depends="not-in-this-archive (>= 4)")
    yield package("friendly", Recommends="companion")
    yield package("companion", architecture="all")
    yield package("one-of-two", files={"usr/share/two/note": b"one\n"})
    yield package("two-of-two", files={"usr/share/two/note": b"two\n"})
    yield package("contributed", component="extra")
    yield package("fixed", version="1.0-1")
    yield package("fixed", version="1.0-1+security1", suites=("stable-security",), files={"usr/share/fixed/note": b"new\n"})
    yield package("experiment", version="2.0", suites=("stable-backports",))
    yield package("experiment", version="1.0")


def pool_path(entry, architecture):
    version = entry["version"].split(":")[-1]
    return f"pool/{entry['component']}/{entry['name'][0]}/{entry['name']}/{entry['name']}_{version}_{architecture}.deb"


def build(entry, architecture, root):
    """One .deb with dpkg-deb; what its stanza says."""
    fields = {"Package": entry["name"], "Version": entry["version"], "Architecture": architecture,
              "Maintainer": "Test <test@example.org>", "Priority": "optional", "Installed-Size": "1",
              **entry["fields"], "Description": f"{entry['name']} of the test\n a second line: with a colon"}
    control = "".join(f"{name}: {value}\n" for name, value in fields.items())
    target = root / pool_path(entry, architecture)
    target.parent.mkdir(parents=True, exist_ok=True)
    compression = ("xz", "gzip", "zstd", "none")[sum(entry["name"].encode()) % 4]
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        (work / "DEBIAN").mkdir()
        (work / "DEBIAN/control").write_text(control)
        documents = {f"usr/share/doc/{entry['name']}/copyright": b"free\n"}
        for name, content in {**documents, **entry["files"]}.items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, tuple):
                path.symlink_to(content[1])
                continue
            path.write_bytes(content)
            path.chmod(0o755 if "/bin/" in f"/{name}" else 0o644)
        subprocess.run(["dpkg-deb", "--root-owner-group", f"-Z{compression}", "-z1", "--build", work, target],
                       check=True, stdout=subprocess.DEVNULL, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
    data = target.read_bytes()
    extra = f"Filename: {pool_path(entry, architecture)}\nSize: {len(data)}\nSHA256: {hashlib.sha256(data).hexdigest()}\n"
    return control + extra


class Signer:
    """Keys that live as long as the archive is being made."""

    def __init__(self, keys):
        self.home = tempfile.TemporaryDirectory(prefix="gpg-")
        self.keys = keys
        keys.mkdir()
        for name in ("archive", "other"):
            self.gpg("--quick-generate-key", "--passphrase", "", f"{name} <{name}@example.org>", "ed25519", "sign", "never")
            self.gpg("--output", keys / f"{name}.gpg", "--export", f"{name}@example.org")
            self.gpg("--output", keys / f"{name}.asc", "--armor", "--export", f"{name}@example.org")

    def gpg(self, *arguments, text=None):
        return subprocess.run(["gpg", "--batch", "--quiet", "--no-permission-warning", "--homedir", self.home.name, *arguments], check=True,
                              input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout

    def inline(self, text, *names):
        users = [argument for name in names for argument in ("--local-user", f"{name}@example.org")]
        return self.gpg(*users, "--clear-sign", text=text.encode())

    def detached(self, text, name):
        return self.gpg("--local-user", f"{name}@example.org", "--armor", "--detach-sign", text=text.encode())

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home.name, "--kill", "all"], check=False, stderr=subprocess.DEVNULL)
        self.home.cleanup()


def write_indexes(folder, stanzas, by_hash=True):
    """Packages files in three forms; the lines of the release file about them."""
    lines = []
    for (component, architecture), texts in sorted(stanzas.items()):
        data = "\n".join(texts).encode()
        place = folder / component / f"binary-{architecture}"
        place.mkdir(parents=True, exist_ok=True)
        forms = {"Packages": data, "Packages.gz": gzip.compress(data, mtime=0), "Packages.xz": lzma.compress(data)}
        for name, content in forms.items():
            digest = hashlib.sha256(content).hexdigest()
            (place / name).write_bytes(content)
            if by_hash:
                (place / "by-hash/SHA256").mkdir(parents=True, exist_ok=True)
                (place / "by-hash/SHA256" / digest).write_bytes(content)
            lines.append(f" {digest} {len(content)} {component}/binary-{architecture}/{name}")
    return lines


def release_text(suite, lines, date=DATE, **fields):
    head = {"Origin": "Test", "Label": "Test", "Suite": suite, "Codename": suite.replace("stable", "trolley"),
            "Date": date, "Acquire-By-Hash": "yes", "Architectures": " ".join(ARCHITECTURES), "Components": "main extra",
            **{name.replace("_", "-"): value for name, value in fields.items()}}
    return "".join(f"{name}: {value}\n" for name, value in head.items()) + "SHA256:\n" + "\n".join(lines) + "\n"


def stanzas_of(suite, built, keep=lambda entry: True):
    out = {(component, architecture): [] for component in ("main", "extra") for architecture in ARCHITECTURES}
    for entry, architecture, text in built:
        if suite not in entry["suites"] or not keep(entry):
            continue
        for target in ARCHITECTURES if architecture == "all" else (architecture,):
            out[entry["component"], target].append(text)
    return out


class Mirrors:
    def __init__(self, folder, signer):
        self.folder, self.signer = folder, signer

    def copy(self, name):
        """A mirror like the right one, to be broken."""
        target = self.folder / name
        shutil.copytree(self.folder / "ok/dists", target / "dists")
        (target / "pool").symlink_to("../ok/pool")
        return target

    def sign(self, mirror, suite, text, *names):
        (mirror / f"dists/{suite}/Release").write_text(text)
        (mirror / f"dists/{suite}/InRelease").write_bytes(self.signer.inline(text, *names or ("archive",)))

    # Each makes the mirror of its name; `text` is the right release file.
    def expired(self, mirror, text):
        self.sign(mirror, "stable", text.replace("SHA256:", "Valid-Until: Fri, 16 Jan 2026 00:00:00 UTC\nSHA256:"))

    def other_key(self, mirror, text):
        self.sign(mirror, "stable", text, "other")

    def two_keys(self, mirror, text):
        self.sign(mirror, "stable", text, "archive", "other")

    def other_suite(self, mirror, text):
        self.sign(mirror, "stable", text.replace("Suite: stable", "Suite: unstable").replace("trolley", "sled"))

    def malformed(self, mirror, text):
        self.sign(mirror, "stable", text.replace(f"Date: {DATE}", "Date: yesterday"))

    def no_by_hash(self, mirror, text):
        self.sign(mirror, "stable", text.replace("Acquire-By-Hash: yes\n", ""))
        for hashes in list((mirror / "dists/stable").rglob("by-hash")):
            shutil.rmtree(hashes)

    def unsigned(self, mirror, text):
        (mirror / "dists/stable/InRelease").unlink()

    def detached(self, mirror, text):
        (mirror / "dists/stable/InRelease").unlink()
        (mirror / "dists/stable/Release.gpg").write_bytes(self.signer.detached(text, "archive"))

    def tampered(self, mirror, text):
        release = mirror / "dists/stable/InRelease"
        release.write_bytes(release.read_bytes().replace(b"Label: Test", b"Label: Tost"))

    def concatenated(self, mirror, text):
        """A text that somebody else signed in front of the right one: gpgv would print both."""
        release = mirror / "dists/stable/InRelease"
        release.write_bytes(self.signer.inline(text, "other") + release.read_bytes())

    def wrong_index(self, mirror, text):
        for path in (mirror / "dists/stable").rglob("*"):
            if path.is_file() and "binary-" in str(path):
                data = bytearray(path.read_bytes())
                if data:
                    data[len(data) // 2] ^= 1
                    path.write_bytes(data)

    def own_pool(self, mirror):
        (mirror / "pool").unlink()
        shutil.copytree(self.folder / "ok/pool", mirror / "pool")

    def wrong_package(self, mirror, text):
        self.own_pool(mirror)
        for path in (mirror / "pool/main/t/tool").iterdir():
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)

    def vanished(self, mirror, text):
        self.own_pool(mirror)
        for name in ("t/tool", "l/libtool1"):
            shutil.rmtree(mirror / "pool/main" / name)


FAULTS = ("expired", "other-key", "two-keys", "other-suite", "malformed", "no-by-hash", "unsigned", "detached", "tampered",
          "concatenated", "wrong-index", "wrong-package", "vanished")


def make(folder, *faults):
    folder = pathlib.Path(folder)
    architectures = ARCHITECTURES[:1] if faults else ARCHITECTURES
    folder.mkdir(parents=True)
    signer = Signer(folder / "keys")
    ok = folder / "ok"
    wanted = [(entry, architecture) for entry in packages()
              for architecture in (architectures if entry["architecture"] == "any" else ("all",))]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda one: build(*one, ok), wanted))
    built = [(entry, architecture, text) for (entry, architecture), text in zip(wanted, texts)]
    mirrors = Mirrors(folder, signer)
    text = ""
    for suite in ("stable-security", "stable-backports", "stable"):
        more = {"NotAutomatic": "yes", "ButAutomaticUpgrades": "yes"} if suite == "stable-backports" else {}
        text = release_text(suite, write_indexes(ok / "dists" / suite, stanzas_of(suite, built)), **more)
        mirrors.sign(ok, suite, text)
    for fault in faults or FAULTS:
        if fault in FAULTS:
            getattr(mirrors, fault.replace("-", "_"))(mirrors.copy(fault), text)
    # How it was before `tool` was there and `fixed` was fixed.
    old = folder / "snapshot/20260101T000000Z"
    for suite in ("stable", "stable-security"):
        kept = stanzas_of(suite, built, lambda entry: entry["name"] not in ("tool", "experiment") and "security" not in entry["version"])
        mirrors_text = release_text(suite, write_indexes(old / "dists" / suite, kept), date=OLD_DATE)
        mirrors.sign(old, suite, mirrors_text)
    (old / "pool").symlink_to("../../ok/pool")
    (folder / "snapshot/20260115T093000Z").symlink_to("../ok")
    (folder / "older").symlink_to("snapshot/20260101T000000Z")
    signer.close()


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    seen, answers = set(), 0

    def log_message(self, *arguments):
        pass

    def first_time(self):
        with Handler.lock:
            Handler.answers += 1
            new = self.path not in Handler.seen
            Handler.seen.add(self.path)
            return new

    def answer(self, status, body=b"", *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path == "/count":
            return self.answer(200, str(Handler.answers).encode())
        first = self.first_time()
        fault, slash, rest = self.path[1:].partition("/")
        if fault not in ("busy", "limited", "truncated", "down"):
            return super().do_GET()
        self.path = f"/ok/{rest}"
        if fault == "down":
            return self.answer(500)
        if fault == "busy" and first:
            return self.answer(503)
        if fault == "limited" and first:
            return self.answer(429, b"", ("Retry-After", "0"))
        if fault == "truncated" and self.path.endswith(".deb"):
            body = open(self.translate_path(self.path), "rb").read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:len(body) // 2])
            self.close_connection = True
            return None
        return super().do_GET()


def serve(folder):
    os.chdir(folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    os.close(1)
    server.serve_forever()


if __name__ == "__main__":
    {"make": make, "serve": serve}[sys.argv[1]](*sys.argv[2:])
