#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person at a terminal sees while contract works: terminal.py CONTRACT

The program runs on a pseudo terminal whose lines are followed here as a terminal shows them. There is a line for each
action that runs, at the same time, with how long it has taken; lines that stay appear above them; in the end nothing of
the first is left. While a server keeps an input waiting, the terminal says which one. A pipe and a terminal that cannot
move its cursor get complete, plain lines. Exit status 77, with the reason, where nothing can be sealed.
"""
import errno
import fcntl
import os
import pty
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

from run_case import namespaces_missing

DEADLINE = 100  # seconds, of a machine that does much else
PACKAGES = """\
[contract]
format = 1
name = "terminal"

[inputs.machine]
host = ["/usr", "/bin", "/lib", "/lib64"]

[packages.left]
root = "inputs.machine"
build = "sleep 4; echo left > $out/text"

[packages.right]
root = "inputs.machine"
build = "sleep 4; echo right > $out/text"

[checks.both]
root = "inputs.machine"
uses = ["packages.left", "packages.right"]
run = "true"
"""
INPUT = """\
[contract]
format = 1
name = "terminal"

[inputs.distant]
url = "http://127.0.0.1:%d/file"
unpack = false
"""


class Screen:
    """The lines of a terminal that is never too low: text, line feeds, and the cursor as contract moves it."""

    def __init__(self):
        self.lines, self.row, self.column, self.rest = [""], 0, 0, ""

    def feed(self, text):
        text, self.rest = self.rest + text, ""
        while text:
            sequence = re.match(r"\x1b\[([\d;]*)([A-Za-z])", text)
            if sequence:
                self.control(sequence[1] or "1", sequence[2])
                text = text[sequence.end():]
            elif text[0] == "\x1b":
                self.rest, text = text, ""
            else:
                self.put(text[0])
                text = text[1:]

    def control(self, number, word):
        if word == "A":
            assert int(number) <= self.row, "the cursor moves above the first line"
            self.row -= int(number)
        elif word == "J":
            self.lines[self.row] = self.lines[self.row][:self.column]
            del self.lines[self.row + 1:]
        elif word != "m":
            raise AssertionError(f"an unknown control sequence: {word}")

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append("")
        else:
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + character + line[self.column + 1:]
            self.column += 1


class Terminal:
    """A run of contract whose stderr is a terminal; its stdout is kept apart."""

    def __init__(self, command, directory, environment, columns=60):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.columns = columns
        self.output = tempfile.TemporaryFile()
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, cwd=directory, env=environment, stdin=slave, stdout=self.output, stderr=slave)
        os.close(slave)
        self.screen, self.bytes, self.first = Screen(), b"", None

    def read(self):
        """False at the end."""
        if not select.select([self.master], [], [], DEADLINE)[0]:
            raise AssertionError(f"nothing more came; the terminal shows {self.screen.lines}")
        try:
            got = os.read(self.master, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            got = b""
        if got and self.first is None:
            self.first = time.monotonic() - self.started
        self.bytes += got
        self.screen.feed(got.decode())
        assert all(len(line) < self.columns for line in self.screen.lines), f"a line is as wide as the terminal: {self.screen.lines}"
        return bool(got)

    def until(self, wanted, what):
        while not wanted(self.screen.lines):
            assert self.read(), f"it ended without {what}; the terminal shows {self.screen.lines}"

    def end(self):
        while self.read():
            pass
        assert self.process.wait() == 0, f"exit status {self.process.returncode}: {self.screen.lines}"
        os.close(self.master)
        return [line for line in self.screen.lines if line]


def shows(*patterns):
    return lambda lines: all(any(re.fullmatch(pattern, line) for line in lines) for pattern in patterns)


def repository(work, name, text):
    directory = os.path.join(work, name)
    os.mkdir(directory)
    with open(os.path.join(directory, "contract.toml"), "w", encoding="utf-8") as file:
        file.write(text)
    return directory


def building(contract, work, environment):
    directory = repository(work, "building", PACKAGES)
    command = [contract, "check", "--jobs", "2"]
    run = Terminal(command, directory, environment)
    run.until(shows("building packages.left", "building packages.right"), "both packages at the same time")
    run.until(shows("building packages.left  [1-9][0-9]* s", "building packages.right  [1-9][0-9]* s"), "how long they take")
    run.until(shows("packages.(left|right) passed", "building packages.(left|right)  [1-9][0-9]* s|checking checks.both|checks.both passed"),
              "a line that stays above one that does not")
    left = run.end()
    assert sorted(left) == ["checks.both passed", "packages.left passed", "packages.right passed"], left


def waiting(contract, work, environment):
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = threading.Event()

        def serve():
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                assert answer.wait(DEADLINE)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ntext")

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        directory = repository(work, "waiting", INPUT % server.getsockname()[1])
        run = Terminal([contract, "lock"], directory, environment)
        run.until(shows("(resolving|fetching) distant.*"), "the name of what is waited for")
        print(f"first sign of life after {run.first * 1000:.0f} ms")
        answer.set()
        assert run.end() == [], run.screen.lines
        serving.join()


def plain(contract, work, environment):
    directory = repository(work, "plain", PACKAGES.replace("sleep 4; ", "echo plain; "))
    dumb = Terminal([contract, "build", "packages.left"], directory, environment | {"TERM": "dumb"})
    assert dumb.end() == ["packages.left passed"] and b"\x1b" not in dumb.bytes, dumb.bytes
    piped = subprocess.run([contract, "build", "packages.right"], cwd=directory, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                           timeout=DEADLINE, check=True)
    assert piped.stderr == b"packages.right passed\n", piped.stderr


def main():
    reason = namespaces_missing()
    if reason:
        print(f"skipped: user namespaces are refused here: {reason}")
        return 77
    contract = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="terminal-") as work:
        os.chmod(work, 0o755)
        environment = {"PATH": os.environ["PATH"], "HOME": work, "XDG_CONFIG_HOME": os.path.join(work, "config"), "TERM": "xterm-256color",
                       "CONTRACT_HOME": os.path.join(work, "contract-home"), "LC_ALL": "C.UTF-8"}
        try:
            building(contract, work, environment)
            waiting(contract, work, environment)
            plain(contract, work, environment)
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", work], check=False, stderr=subprocess.DEVNULL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
