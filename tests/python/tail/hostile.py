#!/usr/bin/env python3
"""Serves six log groups that a console should survive, to be looked at by hand.

    python3 tests/python/tail/hostile.py [PORT]
    watchdeck --endpoint-url http://127.0.0.1:PORT --region eu-central-1       (in another terminal; pick all groups)

/hostile/lines    a line of each unpleasant kind, every 2 s: 1 MB, bytes that are no text, NULs, escape sequences, ANSI colours,
                  numbers without end, 10,000 levels of JSON
/hostile/clocks   events of 1970 and 2100 beside events of now
/hostile/deleted  deleted half a minute after the start
/hostile/denied   access denied to its pages, and to every live tail that includes it
/hostile/class    of a log class that has neither pages nor a live tail
/hostile/sound    a calm line each second
Live tails are torn in the middle of a frame every 20 s.
"""

import json
import sys
import threading
import time


from server import ACCOUNT, Conduct, Handler, Service, Truth, now_ms

NAMES = ["lines", "clocks", "deleted", "denied", "class", "sound"]
GROUPS = [f"/hostile/{name}" for name in NAMES]


def lines():
    deep = "[" * 10_000 + "]" * 10_000
    return [
        "a million bytes " + "x" * 999_000,
        "not text: \ufffd and half a surrogate \\ud800",
        "nul: a\x00b\x00c",
        "escape: \x1b[2J\x1b[H\x1b]0;owned\x07 \x1b]52;c;ZXZpbA==\x07 and \x9b31m",
        "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m of ANSI",
        "direction: \u202egnp.exe\u202c and zero\u200bwidth, combining e" + "\u0301" * 200,
        '{"level":"ERROR","number":' + "9" * 1_000_000 + ',"message":"a number without end"}',
        '{"level":"WARN","deep":' + deep + ',"message":"ten thousand levels"}',
        '{"level":"INFO","message":"cut off',
        "",
        "\r\n\t\r several \n lines \n in one",
    ]


class Hostile(Service):
    def __init__(self, port):
        super().__init__(Conduct(torn_every=20.0), 1, port)
        self.truths = {group: Truth() for group in GROUPS}


class Answers(Handler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        operation = (self.headers.get("x-amz-target") or "").rpartition(".")[2]
        if b"GetCallerIdentity" in body:
            return self.identity()
        if not operation:
            return self.answer(400, dict(__type="UnknownOperationException", message="only logs are served"))
        asked = json.loads(body or b"{}")
        gone = time.monotonic() - self.server.began > 30
        if operation == "DescribeLogGroups":
            groups = [self.described(group) for group in GROUPS if not (gone and group.endswith("deleted"))]
            return self.answer(200, dict(logGroups=groups))
        if operation == "FilterLogEvents":
            group = (asked.get("logGroupName") or asked.get("logGroupIdentifier") or "").rpartition("log-group:")[2]
            if refusal := self.refused(group, gone, operation):
                return self.answer(400, refusal)
            texts, more = self.server.truths[group].page(asked["startTime"], asked["endTime"], asked.get("nextToken"), 10_000)
            tail = b'], "nextToken": ' + json.dumps(more).encode() + b"}" if more else b"]}"
            return self.say(200, b'{"events": [' + b",".join(texts) + tail, "application/x-amz-json-1.1")
        if operation == "StartLiveTail":
            groups = [arn.rpartition("log-group:")[2] for arn in asked["logGroupIdentifiers"]]
            for group in groups:
                if refusal := self.refused(group, gone, operation):
                    return self.answer(400, refusal)
            return self.listen_to(groups)
        self.answer(400, dict(__type="UnknownOperationException", message=f"{operation} is not served"))

    do_GET = do_POST

    def described(self, group):
        arn = f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:{group}"
        kind = "INFREQUENT_ACCESS" if group.endswith("class") else "STANDARD"
        return dict(logGroupName=group, arn=arn + ":*", logGroupArn=arn, storedBytes=1, logGroupClass=kind)

    def refused(self, group, gone, operation):
        if group.endswith("denied"):
            what = f"User: arn:aws:iam::{ACCOUNT}:user/measured is not authorized to perform: logs:{operation} on resource: {group}"
            return dict(__type="AccessDeniedException", message=what)
        if group.endswith("deleted") and gone:
            return dict(__type="ResourceNotFoundException", message="The specified log group does not exist.")
        if group.endswith("class"):
            what = f"The log group {group} is of log-group-class INFREQUENT_ACCESS. {operation} is not supported for this log class."
            return dict(__type="InvalidOperationException", message=what)
        return None

    def listen_to(self, groups):
        # One truth in the place of several: the frames of Service read one.
        merged = type("Merged", (), {})()
        merged.arrived = Arrivals(self.server.truths, groups)
        self.server.truth = merged
        self.listen()


class Arrivals:
    """What arrived in several groups, as one list that grows."""

    def __init__(self, truths, groups):
        self.truths, self.groups, self.seen, self.all = truths, groups, {g: len(truths[g].arrived) for g in groups}, []

    def grow(self):
        for group in self.groups:
            new = self.truths[group].arrived[self.seen[group]:]
            self.seen[group] += len(new)
            self.all += [(at, {**event, "logGroupIdentifier": f"{ACCOUNT}:{group}"}) for at, event in new]

    def __len__(self):
        self.grow()
        return len(self.all)

    def __getitem__(self, which):
        self.grow()
        return self.all[which]


def write(served):
    for nth in range(1 << 30):
        now = now_ms()
        for name, group in zip(NAMES, GROUPS):
            text = f"calm line {nth} of {name}"
            served.truths[group].write([(now, now, now, "s", text)])
        if nth % 2 == 0:
            kinds = lines()
            served.truths["/hostile/lines"].write([(now, now, now, "s", kinds[nth // 2 % len(kinds)])])
            for at, text in ((0, "of 1970"), (4_102_444_800_000, "of 2100")):
                served.truths["/hostile/clocks"].write([(at + nth, now, now, "s", text)])
        time.sleep(1)


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    served = Hostile(port)
    served.RequestHandlerClass = Answers
    threading.Thread(target=write, args=(served,), daemon=True).start()
    print(served.url, flush=True)
    served.serve_forever()
