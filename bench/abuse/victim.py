"""The well-behaved client: asks at a steady rate, and says how long it waited.

    victim.py reads|changes TARGET.json SECONDS

prints "ready", and begins once it gets a line on its standard input. Reads: 4 connections, 50 a second each, one
of which connects anew for each read. Changes: 2 connections, 25 a second each, each a new group.

Each request has a time at which it is due, and its latency counts from then, also if the one before it kept the
connection busy: a client that asked only when it had its answer would count a pause of three seconds as one
slow answer among a thousand quick ones (wrk does, and counts nothing that is unanswered at its end). What is
due but unanswered PATIENCE seconds after the end counts as having taken until then.

Prints JSON: p50, p99 and longest in milliseconds, the number asked, and failures by status or error.
"""

import collections
import json
import sys
import threading
import time
import uuid

import client

PATIENCE = 20.0
KINDS = {"reads": (4, 50), "changes": (2, 25)}  # connections, and requests a second of each


def read_role(target):
    return client.request("GET", "/v1/roles/r1", target["victim_key"], target["victim"])


def make_group(target):
    body = json.dumps({"name": f"group {uuid.uuid4()}"}).encode()
    return client.request("POST", "/v1/groups", target["victim_key"], target["victim"], body)


class Connection:
    """One connection of the client, which waits for each answer before it asks again."""

    def __init__(self, target, make, anew):
        self.target, self.make, self.anew = target, make, anew
        self.sock = None
        self.waited, self.failures = [], collections.Counter()

    def run(self, begin, seconds, rate):
        end = begin + seconds + PATIENCE
        for n in range(int(seconds * rate)):
            due = begin + n / rate
            time.sleep(max(0.0, due - time.monotonic()))
            if time.monotonic() < end:
                outcome = self.ask(end)
            else:
                outcome = "unanswered"
            if outcome not in (200, 201):
                self.failures[str(outcome)] += 1
            self.waited.append(time.monotonic() - due)

    def ask(self, end):
        try:
            if self.sock is None:
                self.sock = client.connect(self.target["port"], timeout=max(0.1, end - time.monotonic()))
            self.sock.settimeout(max(0.1, end - time.monotonic()))
            self.sock.sendall(self.make(self.target))
            status, head, _ = client.answer(self.sock)
            if self.anew or b"connection: close" in head.lower():
                self.close()
            return status
        except TimeoutError:
            self.close()
            return "unanswered"
        except OSError as error:
            self.close()
            return type(error).__name__

    def close(self):
        if self.sock is not None:
            self.sock.close()
        self.sock = None


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


def main():
    kind, target_file, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(target_file, encoding="utf-8") as file:
        target = json.load(file)
    count, rate = KINDS[kind]
    make = read_role if kind == "reads" else make_group
    connections = [Connection(target, make, anew=kind == "reads" and n == 0) for n in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    begin, threads = time.monotonic() + 0.05, []
    for n, connection in enumerate(connections):
        # Not all in the same millisecond.
        threads.append(threading.Thread(target=connection.run, args=(begin + n / count / rate, seconds, rate)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waited = sorted(w * 1000 for c in connections for w in c.waited)
    failures = sum((c.failures for c in connections), collections.Counter())
    print(json.dumps({
        "p50": percentile(waited, 0.5), "p99": percentile(waited, 0.99), "longest": waited[-1],
        "asked": len(waited), "failures": failures,
    }))


if __name__ == "__main__":
    main()
