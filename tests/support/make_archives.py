#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Archives for tests, good ones and ones made to hurt: make_archives.py DIRECTORY

Every function below whose name starts with make_ returns the bytes of one archive, or writes it itself when it is given
the path; the file is named after it.
"""
import bz2
import gzip
import io
import lzma
import pathlib
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib

TYPES = {"file": b"0", "hard": b"1", "link": b"2", "char": b"3", "block": b"4", "folder": b"5", "fifo": b"6", "pax": b"x", "global": b"g"}
END = bytes(1024)


def number(value, width):
    if value < 8 ** (width - 1):
        return f"{value:0{width - 1}o}".encode() + b"\0"
    return bytes([0x80]) + value.to_bytes(width - 1, "big")


def member(name, kind="file", data=b"", target="", mode=0o644, size=None):
    """One tar member with nothing checked."""
    name, target = (n if isinstance(n, bytes) else n.encode() for n in (name, target))
    fields = [name.ljust(100, b"\0")[:100], number(mode, 8), number(0, 8), number(0, 8), number(len(data) if size is None else size, 12),
              number(0, 12), b" " * 8, TYPES[kind], target.ljust(100, b"\0")[:100], b"ustar\0" + b"00", bytes(32), bytes(32),
              number(0, 8), number(0, 8), bytes(155), bytes(12)]
    header = b"".join(fields)
    fields[6] = f"{sum(header):06o}\0 ".encode()
    return b"".join(fields) + data + bytes(-len(data) % 512)


def record(key, value):
    value = value if isinstance(value, bytes) else value.encode()
    body = b" " + key.encode() + b"=" + value + b"\n"
    size = len(body) + 1
    while len(str(size)) + len(body) != size:
        size += 1
    return str(size).encode() + body


def pax(records, kind="pax"):
    data = b"".join(record(key, value) for key, value in records.items())
    return member("pax", kind, data)


GOOD = [member("project-1.0/", "folder", mode=0o755), member("project-1.0/README", data=b"read me\n"),
        member("project-1.0/tools/run", data=b"#!/bin/sh\n", mode=0o755), member("project-1.0/link", "link", target="tools/run"),
        member("project-1.0/same", "hard", target="project-1.0/README"), pax({"path": "project-1.0/größe"}), member("x", data=b"utf-8\n")]
good = b"".join(GOOD) + END


def make_good_tar():
    return good


def make_good_tar_gz():
    return gzip.compress(good)


def make_good_tar_xz():
    return lzma.compress(good)


def make_good_tar_lzma():
    return lzma.compress(good, format=lzma.FORMAT_ALONE)


def make_good_tar_bz2():
    return bz2.compress(good)


def make_good_tar_zst():
    return subprocess.run(["zstd", "-q", "-c"], input=good, stdout=subprocess.PIPE, check=True).stdout


def make_good_zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        def put(name, data, mode):
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
        put("project-1.0/", "", 0o40755)
        put("project-1.0/README", "read me\n", 0o100644)
        put("project-1.0/tools/run", "#!/bin/sh\n", 0o100755)
        put("project-1.0/link", "tools/run", 0o120777)
        put("project-1.0/same", "read me\n", 0o100644)
        put("project-1.0/größe", "utf-8\n", 0o100644)
    return out.getvalue()


def cpio_entry(name, data=b"", mode=0o100644, inode=1, links=1):
    name = name.encode() + b"\0"
    fields = [inode, mode, 0, 0, links, 0, len(data), 0, 0, 0, 0, len(name), 0]
    head = b"070701" + b"".join(f"{field:08X}".encode() for field in fields) + name
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def make_good_cpio():
    return b"".join([cpio_entry("project-1.0", mode=0o40755), cpio_entry("project-1.0/README", b"", 0o100644, 2, 2),
                     cpio_entry("project-1.0/same", b"read me\n", 0o100644, 2, 2),
                     cpio_entry("project-1.0/tools", b"", 0o40755, 3), cpio_entry("project-1.0/tools/run", b"#!/bin/sh\n", 0o100755, 4),
                     cpio_entry("project-1.0/link", b"tools/run", 0o120777, 5), cpio_entry("project-1.0/größe", b"utf-8\n", 0o100644, 6),
                     cpio_entry("TRAILER!!!")])


def ar(members):
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


def make_good_ar():
    return ar([("one", b"1"), ("two", b"22")])


def make_good_dots():
    return b"".join([member("./", "folder"), member(".", "folder"), member("./a//b/./c", data=b"c"), member("./a/", "folder"),
                     member("a/", "folder")]) + END


def make_good_flat():
    return member("a", data=b"1") + member("b/c", data=b"2") + END


def make_good_global():
    return pax({"comment": "0123456789abcdef"}, "global") + good


def make_good_many():
    """100,000 entries."""
    return gzip.compress(b"".join(member(f"d{i % 100}/f{i}") for i in range(100_000)) + END, 1)


def make_good_sparse():
    """A file of a megabyte with four bytes at its end, as GNU tar 1.0 writes it."""
    head = b"1\n1048576\n4\n".ljust(512, b"\0")
    data = head + b"tail"
    return pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole",
                "GNU.sparse.realsize": "1048580"}) + member("hole", data=data) + END


def make_parent():
    return member("a", data=b"1") + member("a/../../etc/passwd", data=b"root") + END


def make_parent_only():
    return member("..", "folder") + END


def make_absolute():
    return member("/etc/passwd", data=b"root") + END


def make_dot_absolute():
    return member(".//..//x", data=b"root") + END


def make_device():
    return member("dev/sda", "block", mode=0o666) + END


def make_character_device():
    return member("dev/null", "char", mode=0o666) + END


def make_fifo():
    return member("run/pipe", "fifo") + END


def make_setuid():
    return member("bin/su", data=b"#!", mode=0o4755) + END


def make_setgid():
    return member("bin/write", data=b"#!", mode=0o2755) + END


def make_through_link():
    return member("out", "link", target="/tmp") + member("out/written", data=b"pwned") + END


def make_through_relative_link():
    return member("a/out", "link", target="../../..") + member("a/out/written", data=b"pwned") + END


def make_link_replaced():
    """The folder is replaced by a symlink, and then written through."""
    return member("d/", "folder") + member("d", "link", target="/tmp") + member("d/x", data=b"pwned") + END


def make_below_file():
    return member("a", data=b"1") + member("a/b", data=b"2") + END


def make_twice():
    return member("a", data=b"1") + member("./a", data=b"2") + END


def make_file_and_folder():
    return member("a", data=b"1") + member("a/", "folder") + END


def make_case():
    return member("top/Makefile", data=b"1") + member("top/makefile", data=b"2") + END


def make_case_folders():
    return member("Source/a", data=b"1") + member("source/b", data=b"2") + END


def make_case_unicode():
    return pax({"path": "Größe"}) + member("x") + pax({"path": "GRÖßE"}) + member("x") + END


def make_latin1():
    return member(b"gr\xf6\xdfe", data=b"1") + END


def make_latin1_pax():
    return pax({"path": b"gr\xf6\xdfe"}) + member("x", data=b"1") + END


def make_latin1_target():
    return member("a", "link", target=b"gr\xf6\xdfe") + END


def make_newline():
    return pax({"path": "a\nerror: forged"}) + member("x", data=b"1") + END


def make_escape():
    return member("a\x1b[2Jb", data=b"1") + END


def make_nul():
    return pax({"path": b"good\0/../../evil"}) + member("x", data=b"1") + END


def make_hard_link_missing():
    return member("a", "hard", target="nothing") + END


def make_hard_link_outside():
    return member("a", "hard", target="../../etc/passwd") + END


def make_hard_link_absolute():
    return member("a", "hard", target="/etc/passwd") + END


def make_hard_link_through():
    return member("l", "link", target="/etc") + member("a", "hard", target="l/passwd") + END


def make_hard_link_self():
    return member("a", "hard", target="a") + END


def make_hard_link_folder():
    return member("d/", "folder") + member("a", "hard", target="d") + END


def make_hard_link_content_outside():
    """cpio gives the content with the last name."""
    return pax({"linkpath": "../outside"}) + member("a", "hard", data=b"content", target="x") + END


def make_good_hard_chain():
    return member("a0", data=b"1") + b"".join(member(f"a{i}", "hard", target=f"a{i - 1}") for i in range(1, 1000)) + END


def make_long_name():
    return pax({"path": "n" * 256}) + member("x", data=b"1") + END


def make_long_path():
    return pax({"path": "/".join(["n" * 200] * 30)}) + member("x", data=b"1") + END


def make_deep():
    return pax({"path": "/".join("d" * 100_000)}) + member("x", data=b"1") + END


def make_deep_many(path):
    """Each name adds 250 folders: two million of them would be half a billion."""
    with gzip.open(path, "wb", 1) as out:
        for i in range(16_500):
            out.write(pax({"path": f"{i}/" + "/".join(["abcdefgh"] * 250)}) + member("x"))
        out.write(END)


def make_long_target():
    return pax({"linkpath": "n" * 5000}) + member("x", "link", target="n") + END


def make_good_long_target():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("ö")
        info.type, info.linkname = tarfile.SYMTYPE, "ö/" * 300
        archive.addfile(info)
    return out.getvalue()


def make_empty_target():
    return member("x", "link") + END


def make_huge_pax():
    return gzip.compress(pax({"comment": "c" * (8 << 20)}) + member("x", data=b"1") + END, 1)


def make_many_pax():
    """Headers without end and never an entry."""
    return gzip.compress(pax({"comment": "c"}) * 100_000 + member("x", data=b"1") + END, 1)


def make_negative_size():
    return member("a", size=0).replace(number(0, 12) + number(0, 12), b"-0000000001\0" + number(0, 12)) + END


def make_sparse_huge():
    """A sparse file that says it has 8 exabytes."""
    head = f"1\n{2 ** 63 - 1024}\n4\n".encode().ljust(512, b"\0")
    return pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole",
                "GNU.sparse.realsize": str(2 ** 63 - 1020)}) + member("hole", data=head + b"tail") + END


def make_sparse_overlap():
    head = b"2\n1000\n4\n0\n4\n".ljust(512, b"\0")
    return pax({"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole",
                "GNU.sparse.realsize": "1004"}) + member("hole", data=head + b"tailhead") + END


def make_size_huge():
    return member("a", size=2 ** 62) + b"1" * 512


def make_bomb_gz(path):
    """200 mebibytes of zeros in less than one; no single file says that it is large."""
    with gzip.open(path, "wb", 1) as out:
        for i in range(200):
            out.write(member(f"zeros{i}", data=bytes(1 << 20)))
        out.write(END)


def bomb_of(command):
    """A terabyte header, then what `command` makes of 16 MiB of zeros."""
    data = member("zeros", size=1 << 40)
    return subprocess.run(command, input=data + bytes(16 << 20), stdout=subprocess.PIPE, check=True).stdout


def make_bomb_xz():
    return bomb_of(["xz", "-0", "-c"])


def make_bomb_zst():
    return bomb_of(["zstd", "-q", "-1", "-c"])


def make_bomb_names(path):
    """More entries than are allowed by the test."""
    path.write_bytes(gzip.compress(b"".join(member(f"f{i}") for i in range(20_000)) + END, 1))


def make_bomb_zip():
    """Sixteen mebibytes that say they are a hundred bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("zeros", bytes(16 << 20))
    data = bytearray(out.getvalue())
    for place in (22, data.index(b"PK\1\2") + 24):
        data[place:place + 4] = struct.pack("<I", 100)
    return bytes(data)


def make_bomb_garbage():
    """What looks like cpio for one entry, and then nothing for 64 mebibytes."""
    return gzip.compress(cpio_entry("a", b"1") + bytes(64 << 20), 1)


def make_twice_compressed():
    return gzip.compress(gzip.compress(good))


def make_quine():
    """gzip in gzip, thirty times."""
    data = good
    for _ in range(30):
        data = gzip.compress(data)
    return data


def make_empty():
    return b""


def make_nothing_in_it():
    return END * 20


def make_text():
    return b"<!DOCTYPE html>\n<title>404 Not Found</title>\n" * 50


def make_text_gz():
    return gzip.compress(b"just one compressed file\n" * 100)


def make_garbage_first():
    return b"garbage!" * 64 + good


def make_garbage_inside():
    return good[:1536] + b"\xff" * 512 + good[1536:]


def make_truncated_between():
    return good[:-1024]


def make_truncated_header():
    return good[:1200]


def make_truncated_content():
    return (member("a", data=b"1" * 5000) + END)[:3000]


def cut(data):
    return data[:len(data) * 2 // 3]


def make_truncated_gz():
    return cut(make_good_tar_gz())


def make_truncated_xz():
    return cut(make_good_tar_xz())


def make_truncated_lzma():
    return cut(make_good_tar_lzma())


def make_truncated_bz2():
    return cut(make_good_tar_bz2())


def make_truncated_zst():
    return cut(make_good_tar_zst())


def make_truncated_zip():
    return cut(make_good_zip())


def make_truncated_cpio():
    return cut(make_good_cpio())


def make_truncated_ar():
    return cut(make_good_ar())


def zip_of(name, data=b"1", mode=0o100644):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("p" * len(name))
        info.external_attr = mode << 16
        archive.writestr(info, data)
    return out.getvalue().replace(b"p" * len(name), name.encode())


def make_zip_absolute():
    return zip_of("/etc/passwd")


def make_zip_parent():
    return zip_of("../../etc/passwd")


def make_zip_backslash():
    return zip_of("..\\..\\etc\\passwd")


def make_zip_drive():
    return zip_of("C:/Windows/x")


def make_zip_crc():
    data = zip_of("name", b"content-content")
    return data.replace(b"content-content", b"content-Content", 1)


def make_zip_through_link():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("out")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/tmp")
        archive.writestr("out/written", "pwned")
    return out.getvalue()


def make_zip_case():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "1")
        archive.writestr("A", "2")
    return out.getvalue()


def make_cpio_device():
    return cpio_entry("dev/sda", mode=0o060666) + cpio_entry("TRAILER!!!")


def make_cpio_parent():
    return cpio_entry("../x", b"1") + cpio_entry("TRAILER!!!")


def make_cpio_size():
    entry = cpio_entry("a", b"1")
    return entry.replace(b"00000001" + b"00000000" * 4, b"FFFFFFFF" + b"00000000" * 4) + cpio_entry("TRAILER!!!")


def make_ar_absolute():
    return ar([("#1/20", b"/etc/passwd".ljust(20, b"\0") + b"root")])


CONTROL = b"Package: sample\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: A <a@example.org>\nDescription: sample\n"


def deb(data, control=None, members=None):
    """A package with `data`, tar members without their end, and the fields of `control`."""
    inside = member("./", "folder") + member("./control", data=CONTROL if control is None else control) + END
    parts = [("debian-binary", b"2.0\n"), ("control.tar", inside), ("data.tar.gz", gzip.compress(data + END))]
    return ar(parts if members is None else [parts[i] for i in members])


def make_deb_good():
    return deb(member("./", "folder") + member("./usr/bin/sample", data=b"#!", mode=0o4755) + member("./dev/null", "char")
               + member("./bin/same", "hard", target="./usr/bin/sample") + member("./usr/share/doc/a b", data=b"text"))


def make_deb_extra():
    """Parts whose names begin with '_' may be ignored, and so may all that follow."""
    parts = [("debian-binary", b"2.1\n"), ("_signature", b"x"),
             ("control.tar", member("control", data=CONTROL) + END), ("data.tar", member("a", data=b"1") + END), ("more", b"y")]
    return ar(parts)


def make_deb_parent():
    return deb(member("./usr/../../etc/passwd", data=b"root"))


def make_deb_through_link():
    return deb(member("./usr/lib/a", "link", target="/tmp") + member("./usr/lib/a/written", data=b"pwned"))


def make_deb_link_loop():
    return deb(member("./a", "link", target="b") + member("./b", "link", target="a") + member("./a/c", data=b"1"))


def make_deb_hard_link_outside():
    return deb(member("./a", "hard", target="/etc/passwd"))


def make_deb_hard_link_missing():
    return deb(member("./a", "hard", target="./b"))


def make_deb_newline():
    return deb(pax({"path": "usr/a\n/etc/forged"}) + member("x"))


def make_deb_no_data():
    return deb(b"", members=[0, 1])


def make_deb_order():
    return deb(member("a", data=b"1"), members=[0, 2, 1])


def make_deb_no_version():
    return deb(member("a", data=b"1"), members=[1, 2])


def make_deb_name():
    return deb(member("a", data=b"1"), CONTROL.replace(b"sample", b"../../sample"))


def make_deb_no_control():
    inside = member("other", data=CONTROL) + END
    return ar([("debian-binary", b"2.0\n"), ("control.tar", inside), ("data.tar", END)])


def make_deb_truncated():
    return cut(make_deb_good())


def make_deb_bomb():
    """Control files without end."""
    return ar([("debian-binary", b"2.0\n"), ("control.tar.gz", gzip.compress(member("control", data=CONTROL) + member("x", data=bytes(65 << 20)) + END, 1))])


def make_mtree():
    """A format whose entries name files of the machine: must not be known."""
    return b"#mtree\n./passwd type=file mode=0644 content=/etc/passwd\n"


def make_lrzip():
    """A format that libarchive gives to a program."""
    return b"LRZI\0\6" + bytes(60)


def make_uu():
    return b"begin 644 x\n" + b"M" + b"0" * 60 + b"\n`\nend\n"


def make_checksum():
    data = bytearray(good)
    data[520] ^= 1
    return bytes(data)


def make_gz_damaged():
    data = bytearray(zlib.compress(good)[2:])
    data[len(data) // 2] ^= 0xFF
    return b"\x1f\x8b\x08\0\0\0\0\0\0\3" + bytes(data) + bytes(8)


def main():
    directory = pathlib.Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:]
    for name, function in sorted(globals().items()):
        if not name.startswith("make_") or (wanted and name[5:] not in wanted):
            continue
        path = directory / name[5:]
        if function.__code__.co_argcount == 1:
            function(path)
        else:
            path.write_bytes(function())


if __name__ == "__main__":
    main()
