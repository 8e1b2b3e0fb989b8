"""An account's log service that ill-treats its clients: one case, one log group, over HTTP on 127.0.0.1.

It knows the truth: every event has a time, an instant at which it was ingested, and an instant from which pages show it. It serves
DescribeLogGroups, FilterLogEvents and StartLiveTail as CloudWatch Logs does (pages of 10,000 events or 1 MB, inclusive times,
updates once a second of 500 events at most, `sampled`), and GetCallerIdentity. Signatures are not looked at.
"""

import base64
import bisect
import itertools
import json
import random
import struct
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GROUP = "/aws/lambda/orders"
ACCOUNT = "111122223333"
ARN = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:{GROUP}"
PAGE_EVENTS, PAGE_BYTES = 10_000, 1_000_000


def now_ms():
    return int(time.time() * 1000)


class Truth:
    """Everything that was written, in the order of pages: by time, then ingestion, then id."""

    def __init__(self):
        self.lock = threading.Lock()
        self.events = []
        self.arrived = []
        self.numbers = itertools.count()

    def write(self, events):
        """Takes `(time, ingested, visible, stream, message)`."""
        with self.lock:
            for at, ingested, visible, stream, message in events:
                number = next(self.numbers)
                event = dict(
                    logStreamName=stream, timestamp=at, message=message, ingestionTime=ingested, eventId=f"{number:056d}"
                )
                bisect.insort(self.events, (at, ingested, number, visible, json.dumps(event).encode()))
                live = dict(
                    logStreamName=stream,
                    logGroupIdentifier=f"{ACCOUNT}:{GROUP}",
                    message=message,
                    timestamp=at,
                    ingestionTime=ingested,
                )
                self.arrived.append((visible, live))

    def page(self, start, end, token, limit):
        """One page of what is visible: its events as JSON, and the token of the next."""
        now, size = now_ms(), 0
        place = (start, -1, -1) if token is None else tuple(json.loads(base64.b64decode(token)))[:3]
        texts, last = [], None
        with self.lock:
            # behind the place, whatever else the event has
            index = bisect.bisect_right(self.events, (*place, 1 << 62))
            while index < len(self.events):
                at, ingested, number, visible, text = self.events[index]
                if at > end:
                    break
                if visible <= now:
                    if len(texts) >= limit or (texts and size + len(text) > PAGE_BYTES):
                        return texts, base64.b64encode(json.dumps(last).encode()).decode()
                    texts.append(text)
                    size += len(text) + 26
                    last = (at, ingested, number)
                index += 1
        return texts, None


class Bucket:
    """So many calls a second; the rest is throttled."""

    def __init__(self, rate):
        self.rate, self.tokens, self.at = rate, max(1.0, rate), time.monotonic()
        self.lock = threading.Lock()

    def take(self):
        with self.lock:
            now = time.monotonic()
            self.tokens = min(max(1.0, self.rate), self.tokens + (now - self.at) * self.rate)
            self.at = now
            if self.tokens < 1:
                return False
            self.tokens -= 1
            return True


def frame(headers, payload):
    """One message of an event stream."""
    block = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(block) + len(payload), len(block))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + block + payload
    return message + struct.pack(">I", zlib.crc32(message))


def told(kind, payload):
    headers = {":message-type": "event", ":event-type": kind, ":content-type": "application/json"}
    return frame(headers, json.dumps(payload).encode())


class Conduct:
    """How a case treats its clients; times are seconds since it began."""

    def __init__(
        self, calls=25.0, empty_pages=0.0, down=(0, 0), live=True, live_lag=0.8, torn_every=0.0, answer=0.03, drops=0.0
    ):
        self.calls, self.empty_pages, self.down, self.live = calls, empty_pages, down, live
        self.live_lag, self.torn_every, self.answer = live_lag, torn_every, answer
        # the part of its events that a live tail leaves out without saying so
        self.drops = drops


class Service(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, conduct, seed, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.truth, self.conduct, self.began = Truth(), conduct, time.monotonic()
        self.bucket, self.random = Bucket(conduct.calls), random.Random(seed)
        self.calls = self.throttled = self.fetched = self.pushed = self.dropped = self.sessions = 0
        self.over = False

    def is_down(self):
        since = time.monotonic() - self.began
        return self.conduct.down[0] <= since < self.conduct.down[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        operation = (self.headers.get("x-amz-target") or "").rpartition(".")[2]
        time.sleep(self.server.conduct.answer)
        if b"GetCallerIdentity" in body:
            return self.identity()
        if self.server.is_down():
            return self.answer(500, dict(__type="InternalFailure", message="an internal error"))
        if not operation:
            return self.answer(400, dict(__type="UnknownOperationException", message="only logs are served"))
        asked = json.loads(body or b"{}")
        if operation == "DescribeLogGroups":
            group = dict(logGroupName=GROUP, arn=ARN + ":*", logGroupArn=ARN, storedBytes=1, creationTime=1)
            return self.answer(200, dict(logGroups=[group]))
        if operation == "DescribeLogStreams":
            return self.answer(200, dict(logStreams=[]))
        if operation == "FilterLogEvents":
            return self.filter(asked)
        if operation == "StartLiveTail":
            return self.listen()
        self.answer(400, dict(__type="UnknownOperationException", message=f"{operation} is not served"))

    do_GET = do_POST

    def identity(self):
        text = (
            '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
            f"<Arn>arn:aws:iam::{ACCOUNT}:user/measured</Arn><UserId>AIDAEXAMPLE</UserId><Account>{ACCOUNT}</Account>"
            "</GetCallerIdentityResult><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
        ).encode()
        self.say(200, text, "text/xml")

    def filter(self, asked):
        server = self.server
        server.calls += 1
        if not server.bucket.take():
            server.throttled += 1
            return self.answer(400, dict(__type="ThrottlingException", message="Rate exceeded"))
        token = asked.get("nextToken")
        if server.random.random() < server.conduct.empty_pages:
            place = (asked.get("startTime", 0), -1, -1) if token is None else json.loads(base64.b64decode(token))
            # to the same place under another token
            other = base64.b64encode(json.dumps([*place[:3], server.random.random()]).encode()).decode()
            return self.answer(200, dict(events=[], nextToken=other))
        limit = min(asked.get("limit", PAGE_EVENTS), PAGE_EVENTS)
        texts, more = server.truth.page(asked.get("startTime", 0), asked.get("endTime", 1 << 60), token, limit)
        server.fetched += len(texts)
        tail = b'], "nextToken": ' + json.dumps(more).encode() + b"}" if more else b"]}"
        self.say(200, b'{"searchedLogStreams": [], "events": [' + b",".join(texts) + tail, "application/x-amz-json-1.1")

    def listen(self):
        server, conduct = self.server, self.server.conduct
        if not conduct.live:
            return self.answer(400, dict(__type="UnknownOperationException", message="no live tail in this region"))
        server.sessions += 1
        self.send_response(200)
        self.send_header("content-type", "application/vnd.amazon.eventstream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        told_to = len(server.truth.arrived)
        self.wfile.write(frame({":message-type": "event", ":event-type": "initial-response"}, b"{}"))
        start = dict(requestId="r", sessionId=f"s{server.sessions}", logGroupIdentifiers=[ARN])
        self.wfile.write(told("sessionStart", start))
        began = due = time.monotonic()
        held = []
        while not server.over:
            due += 1
            time.sleep(max(0.0, due - time.monotonic()))
            if server.is_down():
                return
            # what became known in this second, so much later as the service lags
            horizon = now_ms() - conduct.live_lag * 1000
            arrived = server.truth.arrived
            held += arrived[told_to:]
            told_to += len(arrived) - told_to
            ready = [event for visible, event in held if visible <= horizon]
            held = [(visible, event) for visible, event in held if visible > horizon]
            sampled = len(ready) > 500
            if sampled:
                ready = ready[:: len(ready) // 500 + 1]
            kept = [event for event in ready if server.random.random() >= conduct.drops]
            server.dropped += len(ready) - len(kept)
            ready = kept
            server.pushed += len(ready)
            update = dict(sessionMetadata=dict(sampled=sampled), sessionResults=ready)
            message = told("sessionUpdate", update)
            try:
                if conduct.torn_every and time.monotonic() - began > conduct.torn_every:
                    self.wfile.write(message[: len(message) // 2])
                    return
                self.wfile.write(message)
                self.wfile.flush()
                self.pushed(message)
            except OSError:
                return

    def pushed(self, message):
        """A frame was handed to the client."""

    def answer(self, status, document):
        self.say(status, json.dumps(document).encode(), "application/x-amz-json-1.1")

    def say(self, status, body, kind):
        try:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True
