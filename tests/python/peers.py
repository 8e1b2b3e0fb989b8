#!/usr/bin/env python3
"""Times watchdeck beside other programs that search logs, on the same generated file of JSON lines, in one run.

    python3 tests/python/peers.py target/release/watchdeck [--lines N]

First it opens the file in `watchdeck open` and in lnav, in a pseudo-terminal: wall time to the first line, CPU until nothing is left
to do, memory then. Then it searches. The others are used where they are installed: ripgrep and lnav (`apt-get install ripgrep lnav`), angle-grinder (`cargo install ag`).
For each task it prints the CPU seconds (user and system) and the wall seconds of the whole process, the best of three, and how many
lines it found, so that nobody is fast by answering something else. How late a tail is, and what it loses: tests/python/tail/cases.py.
"""

import argparse
import fcntl
import json
import os
import pty
import random
import re
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

LEVELS = ["INFO"] * 90 + ["WARN"] * 7 + ["ERROR"] * 3
ROUTES = ["/orders", "/orders/{id}", "/carts", "/carts/{id}/items", "/health"]


def generate(path, lines, seed=1):
    """Lines of about 274 bytes, as functions log them in JSON."""
    chance = random.Random(seed)
    with open(path, "w") as out:
        at = 1_764_000_000_000
        for nth in range(lines):
            at += chance.randrange(3)
            level = chance.choice(LEVELS)
            status = 500 + chance.randrange(5) if level == "ERROR" else 200
            request = f"{chance.getrandbits(128):032x}"
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at / 1000)) + f".{at % 1000:03d}Z"
            text = "payment declined by issuer" if level == "ERROR" else "order accepted and queued"
            out.write(
                json.dumps(
                    dict(timestamp=stamp, level=level, requestId=request, route=chance.choice(ROUTES), status=status,
                         durationMs=round(chance.expovariate(1 / 40), 2), customer=f"c-{chance.randrange(99_999):05d}",
                         message=f"{text} in attempt {nth % 3}, basket of {chance.randrange(40)} items")
                ) + "\n"
            )


def timed(command, count):
    """The best of three: CPU and wall seconds, and the number of lines found."""
    best = None
    for _ in range(3):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if done.returncode not in (0, 1):
            return dict(error=(done.stderr or done.stdout).strip().splitlines()[-1:])
        row = dict(cpu=round(cpu, 2), wall=round(wall, 2), found=count(done.stdout))
        best = row if best is None or row["cpu"] < best["cpu"] else best
    return best


def opened(words, home, mark):
    """Opened in a terminal: ms to a text of the file, CPU seconds until nothing is left to do, resident MB then."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(HOME=home, TERM="xterm-256color", LANG="C.UTF-8")
        os.execvp(words[0], words)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
    began, seen, first, calm, spent, looked = time.monotonic(), b"", None, 0, -1.0, 0.0
    while calm < 6 and time.monotonic() - began < 60:
        ready, _, _ = select.select([terminal], [], [], 0.25)
        if ready:
            seen += os.read(terminal, 1 << 16)
            if first is None and mark in seen:
                first = time.monotonic() - began
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
        now = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        if ready and time.monotonic() - looked < 0.25:
            continue
        # At rest is who spends no more than a clock on the screen does, for a second and a half.
        calm, spent, looked = (calm + 1 if now - spent < 0.02 else 0), now, time.monotonic()
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        memory = next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS"))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(terminal)
    return f"{first * 1000:.0f}" if first else "never", f"{spent:.2f}", memory


def last_number(text):
    numbers = re.findall(r"\d+", text)
    return int(numbers[-1]) if numbers else 0


def lines_of(text):
    return text.count("\n")


def tasks(program, path):
    def query(text):
        return [program, "query", "--file", path, "--format", "csv", text]

    def lnav(word):
        return ["lnav", "-n", "-c", f":filter-in {word}", path]

    word, pattern = "payment declined", r"attempt [12], basket of 3[0-9] items"
    return {
        "a word": {
            "watchdeck query": (query(f"filter @message like '{word}' | stats count(*)"), last_number),
            "ripgrep": (["rg", "-c", word, path], last_number),
            "lnav": (lnav(word), lines_of),
            "angle-grinder": (["agrind", "-f", path, f'"{word}" | count'], last_number),
        },
        "a regular expression": {
            "watchdeck query": (query(f"filter @message like /{pattern}/ | stats count(*)"), last_number),
            "ripgrep": (["rg", "-c", pattern, path], last_number),
            "lnav": (lnav(pattern), lines_of),
        },
        "a member of the JSON": {
            "watchdeck query": (query("filter status >= 500 | stats count(*)"), last_number),
            "angle-grinder": (["agrind", "-f", path, "* | json | where status >= 500 | count"], last_number),
        },
        "a count by a member": {
            "watchdeck query": (query("stats count(*) by route"), lines_of),
            "angle-grinder": (["agrind", "-f", path, "* | json | count by route"], lines_of),
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="watchdeck-peers-") as folder:
        path = os.path.join(folder, "orders.jsonl")
        generate(path, asked.lines)
        size = os.path.getsize(path)
        print(f"{asked.lines} lines, {size} bytes, {size / asked.lines:.0f} a line", file=sys.stderr)
        print("| opened in | first line, ms | CPU s | MB at rest |")
        print("| --- | --- | --- | --- |")
        for words in ([os.path.abspath(asked.program), "open", path], ["lnav", path]):
            if shutil.which(words[0]):
                first, spent, memory = opened(words, folder, b"basket of")
                print(f"| {os.path.basename(words[0])} | {first} | {spent} | {memory} |", flush=True)
        print()
        print("| task | program | CPU s | wall s | found |")
        print("| --- | --- | --- | --- | --- |")
        for task, programs in tasks(os.path.abspath(asked.program), path).items():
            for name, (command, count) in programs.items():
                if shutil.which(command[0]) is None:
                    print(f"{name} is not installed", file=sys.stderr)
                    continue
                row = timed(command, count)
                if "error" in row:
                    print(f"| {task} | {name} | failed: {row['error']} | | |")
                else:
                    print(f"| {task} | {name} | {row['cpu']} | {row['wall']} | {row['found']} |", flush=True)


if __name__ == "__main__":
    main()
