#!/usr/bin/env python3
"""Measures `watchdeck open` on a file of JSON lines of some 270 bytes, in a pseudo-terminal of 200 x 60.

    python3 tests/python/open.py target/release/watchdeck [LINES]

Prints one JSON object: milliseconds from the start of the process to the first line on the screen; CPU seconds until all is read,
judged and put into templates, and nothing is left to do; and the resident memory then.
"""

import json
import os
import random
import sys
import tempfile

from measure import Console


def write(path, lines):
    """Lines as a function logs them, one a millisecond, ids of chance in each."""
    chance = random.Random(7)
    with open(path, "w", encoding="ascii") as file:
        for nth in range(lines):
            day, rest = divmod(nth, 86_400_000)
            seconds, millis = divmod(rest, 1000)
            clock = f"2026-11-{22 + day:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{millis:03}Z"
            one, trace = f"{chance.getrandbits(128):032x}", chance.getrandbits(96)
            request = f"{one[:8]}-{one[8:12]}-4{one[12:15]}-8{one[15:18]}-{one[18:30]}"
            level = "ERROR" if nth % 50 == 0 else "INFO"
            file.write(
                f'{{"time":"{clock}","level":"{level}","service":"orders-writer","requestId":"{request}",'
                f'"xrayTraceId":"1-6921{seconds & 0xffff:04x}-{trace:024x}","message":"order {nth} written in '
                f'{chance.getrandbits(8)} ms","table":"orders","status":200,"durationMs":{chance.getrandbits(16)}}}\n'
            )


def main():
    """Measures and prints."""
    program = os.path.abspath(sys.argv[1])
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    with tempfile.TemporaryDirectory() as home:
        path = os.path.join(home, "big.jsonl")
        write(path, lines)
        size = os.path.getsize(path)
        first = []
        for _ in range(5):
            console = Console(program, home, "open", path)
            first.append(console.until(b"order 0"))
            console.close()
        console = Console(program, home, "open", path)
        console.until(b"order 0")
        # Frames tell only what changed: that all is read shows in that nothing is left to do.
        settled = -1.0
        while console.spent() - settled > 0.05:
            settled = console.spent()
            console.cpu(1)
        memory = console.memory()
        console.close()
    print(json.dumps({
        "lines": lines, "bytes": size, "first_line_ms": {"best": round(min(first), 1), "worst": round(max(first), 1)},
        "cpu_s": round(settled, 2), "resident_mb": memory,
    }, indent=1))


if __name__ == "__main__":
    main()
