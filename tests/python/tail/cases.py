#!/usr/bin/env python3
"""Tails a log group of a service that ill-treats its clients, and counts what is lost, told twice, and how late it is.

    python3 tests/python/tail/cases.py CLIENT [--seconds N] [--drain N] [--case NAME ...] [--at-once N]

CLIENT is the path of a watchdeck, or `awslogs` where that is installed (`pip install awslogs`). One process each case: the service
(server.py), who writes into it, and the client, whose output is compared with what was written. Latency is from the instant at
which pages show an event to the instant at which the client's line was read here. Prints a table, and one JSON object a case.
Cases run beside each other, so the machine should have nothing else to do.
"""

import argparse
import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor

from server import GROUP, Conduct, Service, now_ms

FILL = "x" * 160


class Writer:
    """Writes events in steps of 50 ms for so many seconds; remembers what it wrote, and when pages show it."""

    def __init__(self, service, seed, rate):
        self.service, self.random, self.rate = service, random.Random(seed), rate
        self.written, self.visible, self.number = collections.Counter(), {}, 0
        self.began, self.flush = time.monotonic(), []

    def name(self):
        self.number += 1
        return f"n{self.number:07d}"

    def event(self, name, at, visible, stream):
        message = json.dumps(dict(level="INFO", id=name, message=f"order taken {FILL}"))
        self.written[name] += 1
        self.visible.setdefault(name, visible)
        return (at, visible, visible, stream, message)

    def steady(self, now):
        return [self.event(self.name(), now, now, f"s{self.number % 4}") for _ in range(self.due())]

    def one_millisecond(self, now):
        if now // 50 % 100:
            return []
        return [self.event(self.name(), now, now, f"s{self.number % 4}") for _ in range(500)]

    def jitter(self, now):
        return [
            self.event(self.name(), now, now + self.random.randrange(2_000), f"s{self.number % 4}")
            for _ in range(self.due())
        ]

    def late(self, now):
        def delay():
            return self.random.randrange(200, 20_000) if self.random.random() < 0.1 else 0

        return [self.event(self.name(), now, now + delay(), f"s{self.number % 4}") for _ in range(self.due())]

    def flushing(self, now):
        """One stream of four comes in packets, 8 seconds late."""
        out = []
        for _ in range(self.due()):
            name, stream = self.name(), self.number % 4
            visible = (now // 8_000 + 2) * 8_000 if stream == 3 else now
            out.append(self.event(name, now, visible, f"s{stream}"))
        return out

    def new_stream(self, now):
        stream = int((time.monotonic() - self.began) // 5)
        return [self.event(self.name(), now, now, f"fresh-{stream}") for _ in range(self.due())]

    def twins(self, now):
        out = []
        for _ in range(self.due()):
            name = self.name()
            out += [self.event(name, now, now, "s0") for _ in range(2)]
        return out

    def due(self):
        """How many events this step owes."""
        owed = (time.monotonic() - self.began) * self.rate - sum(self.written.values())
        return max(0, int(owed))

    def run(self, kind, seconds):
        step = getattr(self, kind)
        while (since := time.monotonic() - self.began) < seconds:
            now = now_ms()
            # Ingestion lies in the future for what is late: the service shows it from then on.
            self.service.truth.write(step(now))
            time.sleep(max(0.0, 0.05 - (time.monotonic() - self.began - since)))


CASES = {
    "steady": ("steady", 20, {}),
    "5,000/s": ("steady", 5_000, {}),
    "500 in one millisecond": ("one_millisecond", 0, {}),
    "ingestion jitter 0-2 s": ("jitter", 20, {}),
    "10 % late by 0.2-20 s": ("late", 20, {}),
    "one stream of four flushing 8 s late": ("flushing", 20, {}),
    "new stream every 5 s": ("new_stream", 20, {}),
    "twins": ("twins", 20, {}),
    "empty pages with a token": ("steady", 20, dict(empty_pages=0.5)),
    "3 s of HTTP 500": ("steady", 20, dict(down=(3, 6))),
    "throttled to 2 calls/s": ("steady", 20, dict(calls=2.0)),
    "throttled to 0.4 calls/s": ("steady", 20, dict(calls=0.4)),
    "live tail torn every 10 s": ("steady", 20, dict(torn_every=10.0)),
    "live tail drops 0.2 % and does not say so": ("steady", 300, dict(drops=0.002)),
    "the same, quicker than a page": ("steady", 300, dict(drops=0.002, live_lag=0.0)),
    "no live tail": ("steady", 20, dict(live=False)),
    "no live tail, jitter 0-2 s": ("jitter", 20, dict(live=False)),
    "no live tail, throttled to 0.4 calls/s": ("steady", 20, dict(live=False, calls=0.4)),
}


def command(client, service):
    if os.path.basename(client) == "awslogs":
        return [client, "get", GROUP, "--watch", "--start", "1m", "--no-color", "--aws-region", "eu-central-1",
                "--aws-endpoint-url", service.url]
    return [client, "tail", GROUP, "--follow", "--since", "1m", "--format", "raw", "--endpoint-url", service.url,
            "--region", "eu-central-1"]


def play(client, case, seconds, drain, seed):
    kind, rate, conduct = CASES[case]
    service = Service(Conduct(**conduct), seed)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    home = tempfile.mkdtemp(prefix="watchdeck-cases-")
    environment = dict(
        HOME=home, PATH=os.environ["PATH"], LANG="C.UTF-8", AWS_ACCESS_KEY_ID="AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY="secret",
        AWS_REGION="eu-central-1", AWS_DEFAULT_REGION="eu-central-1", AWS_EC2_METADATA_DISABLED="true", PYTHONUNBUFFERED="1",
    )
    child = subprocess.Popen(
        command(client, service), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=home
    )
    told, at, order, notes = collections.Counter(), {}, [], []

    def read():
        pattern = re.compile(rb'"id": ?"(n\d{7})"')
        for line in child.stdout:
            arrived = time.time() * 1000
            for name in pattern.findall(line):
                name = name.decode()
                told[name] += 1
                at.setdefault(name, arrived)

    def note():
        for line in child.stderr:
            notes.append(line.decode(errors="replace").rstrip())

    readers = [threading.Thread(target=read, daemon=True), threading.Thread(target=note, daemon=True)]
    for reader in readers:
        reader.start()
    # The client is listening before the first event is written.
    time.sleep(3)
    service.began = time.monotonic()
    before = service.calls
    writer = Writer(service, seed, rate)
    writer.run(kind, seconds)
    calls = (service.calls - before) / seconds
    time.sleep(drain)
    exited = child.poll()
    spent = cpu(child.pid) if exited is None else None
    fetched = service.fetched
    child.send_signal(signal.SIGINT)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
    for reader in readers:
        reader.join(5)
    service.over = True
    written = writer.written
    delays = sorted(at[name] - visible for name, visible in writer.visible.items() if name in at)

    def quantile(part):
        return round(delays[min(len(delays) - 1, int(len(delays) * part))]) if delays else None

    sent = sum(written.values())
    return dict(
        case=case, sent=sent, lost=sum((written - told).values()), twice=sum((told - written).values()),
        exited=exited, p50=quantile(0.5), p99=quantile(0.99), calls_a_second=round(calls, 2),
        fetched_of_sent=round(fetched / sent, 2), pushed_of_sent=round(service.pushed / sent, 2), throttled=service.throttled,
        dropped=service.dropped, cpu_seconds=spent, last_note=notes[-1] if notes else "",
    )


def cpu(pid):
    with open(f"/proc/{pid}/stat") as text:
        fields = text.read().rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("client")
    parser.add_argument("--seconds", type=float, default=45)
    parser.add_argument("--drain", type=float, default=24, help="how long late lines may still come, and be fetched")
    parser.add_argument("--case", action="append", choices=sorted(CASES))
    parser.add_argument("--at-once", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"seed {asked.seed}, {asked.seconds:g} s a case", file=sys.stderr)
    names = asked.case or list(CASES)
    # What needs the machine for itself comes last, alone.
    heavy = [name for name in names if CASES[name][1] > 1_000]
    light = [name for name in names if name not in heavy]
    client = asked.client if os.path.basename(asked.client) == asked.client else os.path.abspath(asked.client)
    results = []
    for some, at_once in ((light, asked.at_once), (heavy, 1)):
        with ProcessPoolExecutor(max(1, at_once)) as pool:
            tasks = [pool.submit(play, client, name, asked.seconds, asked.drain, asked.seed) for name in some]
            for task in tasks:
                results.append(task.result())
                print(json.dumps(results[-1]), file=sys.stderr)
    print("| case | sent | lost | twice | p50 ms | p99 ms | calls/s | fetched / sent |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for row in sorted(results, key=lambda row: list(CASES).index(row["case"])):
        print(
            f"| {row['case']} | {row['sent']} | {row['lost']} | {row['twice']} | {row['p50']} | {row['p99']} "
            f"| {row['calls_a_second']} | {row['fetched_of_sent']} |"
        )
    bad = [row["case"] for row in results if row["lost"] or row["twice"] or row["exited"] is not None]
    if bad:
        raise SystemExit("lost, told twice, or ended: " + ", ".join(bad))


if __name__ == "__main__":
    main()
