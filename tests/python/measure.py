#!/usr/bin/env python3
"""Measures the real program in a pseudo-terminal of 200 x 60: start to first paint, and CPU while it lives.

    python3 tests/python/measure.py target/release/watchdeck [SECONDS]

Prints one JSON object: milliseconds from the start of the process to the first paint and to the first log line (best and
median of seven runs); milliseconds from a key to the first byte of the frame it changes, in a list of log lines, and the same
while every answer of the account takes 300 ms longer; the share of one core used: while a quiet day is shown live and while it is
paused, the account in the same process; and, the account in another process, by a console that watches the overview and by one
with nothing to do, with the bytes that it wrote.
"""

import fcntl
import json
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

CLOCK = os.sysconf("SC_CLK_TCK")


class Console:
    """A console on the simulated account, in a terminal of its own."""

    def __init__(self, program, home, *words, **variables):
        self.began = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.clear()
            os.environ.update(HOME=home, TERM="xterm-256color", LANG="C.UTF-8", PATH="/usr/bin:/bin", **variables)
            os.execv(program, [program, *words])
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
        self.seen = b""

    def until(self, text, limit=30.0):
        """Milliseconds from the start until the text has been written."""
        while text not in self.seen:
            left = limit - (time.monotonic() - self.began)
            if left <= 0 or not self.read(left):
                raise SystemExit(f"{text!r} was never shown")
        return (time.monotonic() - self.began) * 1000

    def read(self, wait):
        """Reads what there is; false when nothing came in time, or nothing will any more."""
        ready, _, _ = select.select([self.terminal], [], [], wait)
        if not ready:
            return False
        try:
            self.seen += os.read(self.terminal, 1 << 16)
        except OSError:
            return False
        return True

    def cpu(self, seconds):
        """The share of one core used in so many seconds, while somebody reads the screen."""
        spent, began = self.spent(), time.monotonic()
        while (left := seconds - (time.monotonic() - began)) > 0:
            self.read(left)
        return (self.spent() - spent) / (time.monotonic() - began)

    def key_to_paint(self, keys, times):
        """Milliseconds from each of so many keys, in turn, to the first byte of the frame it changes; sorted."""
        taken = []
        for turn in range(times):
            # Whatever else there was to say has been said.
            while self.read(0.03):
                pass
            began = time.monotonic()
            os.write(self.terminal, keys[turn % len(keys)])
            if not self.read(2):
                raise SystemExit("a key changed nothing")
            taken.append((time.monotonic() - began) * 1000)
        return sorted(taken)

    def written(self, seconds):
        """Bytes written to the terminal in so many seconds."""
        before, began = len(self.seen), time.monotonic()
        while (left := seconds - (time.monotonic() - began)) > 0:
            self.read(left)
        return len(self.seen) - before

    def spent(self):
        """CPU seconds of the process so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK

    def on_disk(self):
        """Bytes that it had written to disk so far."""
        with open(f"/proc/{self.pid}/io", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("write_bytes"))

    def memory(self):
        """Resident megabytes."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmRSS"))

    def close(self):
        """Ends it and frees the terminal."""
        os.kill(self.pid, signal.SIGTERM)
        while self.read(0.2):
            pass
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Served:
    """A simulated account in another process."""

    def __init__(self, program, *words):
        words = [program, "sim", "serve", "--port", "0", "--story", "quiet-day", *words]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.variables = {}
        for line in self.process.stdout:
            if line.startswith("export "):
                name, value = line.removeprefix("export ").strip().split("=", 1)
                self.variables[name] = value.strip("'")
            elif self.variables:
                break

    def __enter__(self):
        return self.variables

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def alone(program, home, seconds):
    """What a console costs that tails nothing: the share of one core over the overview, then with nothing to do, and the bytes
    written then, to the terminal and to disk."""
    with Served(program) as variables:
        console = Console(program, home, **variables)
        console.until(b"EDGE")
        console.cpu(5)
        overview = console.cpu(seconds)
        os.write(console.terminal, b"9")
        # What was asked for is answered, and the rate of calls has gone down to nothing.
        console.cpu(15)
        disk = console.on_disk()
        idle = console.cpu(seconds)
        disk = console.on_disk() - disk
        written = console.written(min(seconds, 40))
        console.close()
    return overview, idle, written, disk


def keys(program, home, *words):
    """Key to paint in a list of log lines, of an account in another process: p50, p99 and the worst of 300."""
    with Served(program, *words) as variables:
        console = Console(program, home, **variables)
        console.until(b"EDGE")
        os.write(console.terminal, b":function orders-writer\r")
        console.until(b"ALIAS MOVES")
        os.write(console.terminal, b"l")
        console.until(b"RequestId")
        os.write(console.terminal, b" ")
        console.cpu(3)
        taken = console.key_to_paint([b"k", b"k", b"k", b"j"], 300)
        console.close()
    return {"p50": round(taken[len(taken) // 2], 2), "p99": round(taken[len(taken) * 99 // 100], 2),
            "worst": round(taken[-1], 2)}


def main():
    """Measures and prints."""
    program = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 20.0
    with tempfile.TemporaryDirectory() as home:
        paints, lines = [], []
        for _ in range(7):
            console = Console(program, home, "demo", "--story", "quiet-day", "--seed", "7")
            paints.append(console.until(b"Overview"))
            os.write(console.terminal, b"2")
            lines.append(console.until(b"RequestId"))
            console.close()
        console = Console(program, home, "demo", "--story", "quiet-day", "--seed", "7")
        console.until(b"Overview")
        os.write(console.terminal, b"2")
        console.until(b"RequestId")
        console.cpu(5)
        live = console.cpu(seconds)
        os.write(console.terminal, b" ")
        console.cpu(2)
        paused = console.cpu(seconds)
        memory = console.memory()
        console.close()
        overview, idle, written, disk = alone(program, home, seconds)
        prompt = keys(program, home)
        slow = keys(program, home, "--fault", "*:stall=0.3:always")
    print(json.dumps({
        "first_paint_ms": {"best": round(min(paints), 1), "median": round(statistics.median(paints), 1)},
        "first_line_ms": {"best": round(min(lines), 1), "median": round(statistics.median(lines), 1)},
        "cpu_live_percent": round(live * 100, 2), "cpu_paused_percent": round(paused * 100, 2),
        "key_to_paint_ms": prompt, "key_to_paint_ms_when_answers_take_300_ms": slow,
        "cpu_overview_percent": round(overview * 100, 2), "cpu_idle_percent": round(idle * 100, 2),
        "bytes_written_idle": written, "bytes_on_disk_idle": disk, "resident_mb": memory,
    }, indent=1))


if __name__ == "__main__":
    main()
