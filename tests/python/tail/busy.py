#!/usr/bin/env python3
"""Measures a console in a pseudo-terminal while lines stream in: a key to the screen, and an event to the screen.

    python3 tests/python/tail/busy.py target/release/watchdeck

The log service (server.py) runs in a process of its own. Prints one JSON object: milliseconds from `?` to the help on the screen
while 5,000 events a second arrive, and the same while every answer takes 300 ms; the share of a core that takes; and, at 20 events
a second, milliseconds from the last byte of an event sent to us to the event on the screen.
"""

import json
import multiprocessing
import os
import random
import re
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from measure import Console  # noqa: E402
from server import Conduct, Handler, Service, now_ms  # noqa: E402

NAME = re.compile(rb"n\d{7}")


class Noting(Handler):
    """Takes note of when each event was handed to the client first."""

    def say(self, status, body, kind):
        super().say(status, body, kind)
        self.note(body)

    def note(self, body):
        at = time.monotonic()
        for name in NAME.findall(body):
            self.server.sent.setdefault(name, at)

    def pushed(self, message):
        self.note(message)


def serve(rate, seconds, conduct, pipe):
    """Serves, and writes so many events a second."""
    service = Service(Conduct(**conduct), 1)
    service.RequestHandlerClass = Noting
    service.sent = {}
    threading.Thread(target=service.serve_forever, daemon=True).start()
    pipe.send(service.url)
    chance, began, number = random.Random(1), time.monotonic(), 0
    while (since := time.monotonic() - began) < seconds and not pipe.poll():
        now, due = now_ms(), int(since * rate)
        events = []
        while number < due:
            number += 1
            text = f"INFO n{number:07d} order taken, basket of {chance.randrange(90)} items " + "x" * 160
            events.append((now, now, now, "s", text))
        service.truth.write(events)
        time.sleep(0.05)
    pipe.send({name: at for name, at in service.sent.items()})


class Streamed:
    """A console on the screen of the logs of such a service."""

    def __init__(self, program, home, rate, seconds, **conduct):
        self.pipe, other = multiprocessing.Pipe()
        self.server = multiprocessing.Process(target=serve, args=(rate, seconds, conduct, other), daemon=True)
        self.server.start()
        url = self.pipe.recv()
        self.console = Console(
            program, home, "--endpoint-url", url, "--region", "eu-central-1",
            AWS_ACCESS_KEY_ID="AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_EC2_METADATA_DISABLED="true",
        )
        self.console.until(b"Overview")
        os.write(self.console.terminal, b"2")
        self.console.until(b"/aws/lambda/orders")
        os.write(self.console.terminal, b"\r")
        self.console.until(b"order taken")

    def close(self):
        self.pipe.send("enough")
        sent = self.pipe.recv()
        self.console.close()
        self.server.join()
        return sent


def shown_after(console, keys, text, limit=2.0):
    """Milliseconds until a text is on the screen, from these keys on."""
    mark, began = len(console.seen), time.monotonic()
    os.write(console.terminal, keys)
    while text not in console.seen[mark:]:
        if time.monotonic() - began > limit or not console.read(limit):
            raise SystemExit(f"{text!r} was not shown")
    return (time.monotonic() - began) * 1000


def key_to_screen(streamed, times):
    taken = []
    for turn in range(times):
        streamed.console.cpu(0.05 + turn % 7 * 0.031)
        taken.append(shown_after(streamed.console, b"?", b"Help: "))
        os.write(streamed.console.terminal, b"\x1b")
        streamed.console.cpu(0.12)
        streamed.console.seen = b""
    return figures(taken)


def event_to_screen(streamed, seconds):
    """When each event was on the screen; the server tells when it was sent."""
    console, seen, began = streamed.console, {}, time.monotonic()
    console.seen = b""
    while time.monotonic() - began < seconds:
        console.read(0.5)
        at = time.monotonic()
        for name in NAME.findall(console.seen):
            seen.setdefault(name, at)
        console.seen = console.seen[-40:]
    sent = streamed.close()
    # What was sent before we looked was on the screen already.
    return figures([(seen[name] - sent[name]) * 1000 for name in seen if name in sent and sent[name] > began])


def figures(taken):
    taken = sorted(taken)
    return dict(p50=round(taken[len(taken) // 2], 1), p99=round(taken[len(taken) * 99 // 100], 1),
                worst=round(taken[-1], 1), of=len(taken))


def main():
    program = os.path.abspath(sys.argv[1])
    out = {}
    with tempfile.TemporaryDirectory() as home:
        for title, conduct in (("prompt", {}), ("answers_take_300_ms", dict(answer=0.3))):
            streamed = Streamed(program, home, 5_000, 120, **conduct)
            streamed.console.cpu(5)
            out[f"key_to_screen_ms_{title}"] = key_to_screen(streamed, 120)
            out[f"cpu_percent_{title}"] = round(streamed.console.cpu(5) * 100, 1)
            streamed.close()
        streamed = Streamed(program, home, 20, 60)
        out["event_to_screen_ms"] = event_to_screen(streamed, 20)
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
