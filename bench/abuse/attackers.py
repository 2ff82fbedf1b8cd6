"""The attacks, one a row of the table at the end.

    attackers.py NAME TARGET.json ROUND SECONDS

makes what the attack needs, prints "ready", waits for a line on its standard input, attacks for SECONDS and
prints JSON: requests and bytes sent, connections made, answers by status. TARGET.json has the server's port and
the credentials. All but one attacker have another address than the victim, 127.0.0.2.
"""

import itertools
import json
import os
import resource
import socket
import sys
import time

import client
from flood import Flood

NUMBERS = itertools.count(1)
METADATA_KEYS = 70  # of 200 bytes each: of the 16 KiB that metadata may have


class Attack:
    """What an attack is: `says` for the reader, with who attacks; how many connections it holds; and `prepare`
    and `run`. Most are floods of one request."""

    prepare_each_round = False

    def __init__(self, says, connections, make=None, window=1, source="127.0.0.2", prepare=None):
        self.says, self.connections, self.window, self.source = says, connections, window, source
        self.make, self.preparation = make, prepare

    def prepare(self, target):
        if self.preparation:
            self.preparation(target)

    def run(self, target, seconds):
        # nginx is attacked by another attack's connections.
        connections, window = target.get("shape", (self.connections, self.window))
        flood = Flood(target["port"], connections, self.make(target), window, self.source)
        flood.run(seconds=seconds)
        return flood.report()


# What is sent. Each takes the target and gives a function that returns the next request.

def always(text):
    return lambda: text


def plain(target):
    """The same read as the victim's, of the attacker's own tenant."""
    return always(client.request("GET", "/v1/roles/r1", target["admin_key"], target["attacker"]))


def misspelt_scopes(target):
    scopes = [f"organization:rolemanag{n}" for n in range(1000)]
    body = json.dumps({"slug": "guess", "name": "Guess", "scopes": scopes}).encode()
    return always(client.request("POST", "/v1/roles", target["powerless_key"], target["attacker"], body))


def refused_change(target):
    def make():
        body = b'{"slug":"no-%d","name":"No","scopes":["organization:get"]}' % next(NUMBERS)
        return client.request("POST", "/v1/roles", target["powerless_key"], target["attacker"], body)
    return make


def refused_long_name(target):
    # Random, since audit entries are packed.
    body = json.dumps({"role": os.urandom(500_000).hex()}).encode()
    path = f"/v1/groups/{target['attacker']}/roles"
    return always(client.request("POST", path, target["powerless_key"], target["attacker"], body))


def empty_filter(target):
    path = "/v1/audit-log?action=role:never"
    return always(client.request("GET", path, target["admin_key"], target["attacker"]))


def long_page(target):
    path = "/v1/audit-log?limit=250"
    return always(client.request("GET", path, target["admin_key"], target["attacker"]))


def whole_list(target):
    return always(client.request("GET", "/v1/roles", target["admin_key"], target["attacker"]))


def many_values(target):
    body = b'{"bodies":[' + b"0," * 500_000 + b"0]}"
    return always(client.request("POST", "/v1beta1/permissions", target["powerless_key"], target["attacker"], body))


def bad_credential(target):
    def make():
        return client.request("GET", "/v1/me", f"rvk_{next(NUMBERS):043d}", target["attacker"])
    return make


def unfinished_body(target):
    whole = client.request("POST", "/v1/roles", None, target["attacker"], b"x" * 1_000_000)
    return always(whole[:-1])


# What must be there first.

def repeat(target, count, make, connections=32, window=8):
    Flood(target["port"], connections, make, window).run(count=count)


def add_permissions(target):
    """As many as the catalogue takes by call, 1,000, in calls of 100."""
    for call in range(10):
        bodies = [{"key": f"billing.thing{call}x{n}.get"} for n in range(100)]
        body = json.dumps({"bodies": bodies}).encode()
        status, _, said = client.ask(target["port"], "POST", "/v1beta1/permissions", key=target["platform"], body=body)
        if status != 200:
            sys.exit(f"a permission can't be added: {said.decode()[:300]}")


def make_groups(target, tenant, key, count):
    def make():
        return client.request("POST", "/v1/groups", key, tenant, b'{"name":"made %d"}' % next(NUMBERS))
    repeat(target, count, make)


def long_chain(target):
    make_groups(target, target["attacker"], target["admin_key"], 50_000)


def long_entries(target):
    """250 entries as long as a refused caller and an administrator can make them."""
    repeat(target, 125, refused_long_name(target), connections=4, window=1)
    metadata = {f"key{n}": os.urandom(100).hex() for n in range(METADATA_KEYS)}

    def make():
        body = json.dumps({"body": {"title": f"made {next(NUMBERS)}", "metadata": metadata}}).encode()
        path = f"/v1beta1/organizations/{target['attacker']}/serviceusers"
        return client.request("POST", path, target["admin_key"], None, body)
    repeat(target, 125, make, connections=4, window=1)


def many_roles(target):
    scopes = ["organization:get", "organization:grouplist", "group:get"]

    def make():
        n = next(NUMBERS)
        body = json.dumps({"slug": f"r{n}x", "name": f"Role {n}", "scopes": scopes}).encode()
        return client.request("POST", "/v1/roles", target["admin_key"], target["attacker"], body)
    repeat(target, 5000, make)


# Attacks that are no floods of one request.

class DeletedTenant(Attack):
    """One DELETE of a tenant with many groups, half a second after the beginning."""

    prepare_each_round = True

    def prepare(self, target):
        body = json.dumps({"name": "Doomed", "slug": f"doomed-{time.time_ns()}"}).encode()
        _, _, made = client.ask(target["port"], "POST", "/v1/tenants", key=target["platform"], body=body)
        self.tenant = json.loads(made)["id"]
        make_groups(target, self.tenant, target["platform"], target["many"])

    def run(self, target, seconds):
        begun = time.monotonic()
        time.sleep(min(0.5, seconds / 4))
        path = f"/v1beta1/organizations/{self.tenant}"
        status, _, _ = client.ask(target["port"], "DELETE", path, key=target["platform"])
        took = time.monotonic() - begun
        time.sleep(max(0.0, seconds - took))
        return {"requests": 1, "bytes_sent": 0, "connects": 1, "refused": 0, "answers": {str(status): 1}}


class SlowHeads(Attack):
    """Each connection sends a head a byte at a time, in half a second each, and comes again when it is closed."""

    def run(self, target, seconds):
        text = client.request("GET", "/v1/me")
        sockets, sent, connects, refused = {}, 0, 0, 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun = time.monotonic()
            while len(sockets) < self.connections and time.monotonic() < end:
                try:
                    sock = client.connect(target["port"], self.source, timeout=1)
                except OSError:
                    refused += 1
                    break
                sock.setblocking(False)
                sockets[sock] = 0
                connects += 1
            for sock, at in list(sockets.items()):
                try:
                    # Never the last line, which would end the head.
                    sent += sock.send(text[at:at + 1])
                    sockets[sock] = min(at + 1, len(text) - 5)
                except OSError:
                    del sockets[sock]
                    sock.close()
            time.sleep(max(0.0, min(end, begun + 0.5) - time.monotonic()))
        return {"requests": 0, "bytes_sent": sent, "connects": connects, "refused": refused, "answers": {}}


class ConnectionFlood(Attack):
    """New connections as fast as they are made, the oldest reset once `connections` are open."""

    def run(self, target, seconds):
        held, connects, refused = [], 0, 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                held.append(client.connect(target["port"], self.source, timeout=1))
                connects += 1
            except OSError:
                refused += 1
            if len(held) > self.connections:
                oldest = held.pop(0)
                # A reset, so that the machine's ports don't wait for a minute each.
                oldest.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                oldest.close()
        return {"requests": 0, "bytes_sent": 0, "connects": connects, "refused": refused, "answers": {}}


ATTACKS = {
    "plain": Attack("GET of a role by its tenant's administrator, to compare with", 64, plain),
    "misspelt-scopes": Attack("POST /v1/roles with 1,000 misspelt scopes, by a key without rights", 16,
                              misspelt_scopes),
    "added-permissions": Attack("the same with 1,000 permissions added to the catalogue", 16, misspelt_scopes,
                                prepare=add_permissions),
    "many-values": Attack("POST /v1beta1/permissions with 500,000 numbers in place of permissions, by a key without "
                          "rights", 4, many_values),
    "refused-changes": Attack("POST /v1/roles by a key without rights, each of another role", 16, refused_change,
                              window=8),
    "refused-long-names": Attack("POST /v1/groups/{id}/roles with a role of 1 MB, by a key without rights", 4,
                                 refused_long_name),
    "empty-filter": Attack("an audit filter that matches nothing of 50,000 entries, by an administrator", 8,
                           empty_filter, prepare=long_chain),
    "long-page": Attack("a page of 250 long audit entries, by an administrator", 4, long_page,
                        prepare=long_entries),
    "whole-list": Attack("GET /v1/roles of 5,000 roles without a limit, by an administrator", 8, whole_list,
                         prepare=many_roles),
    "delete-tenant": DeletedTenant("DELETE of a tenant with many groups, by the platform", 1),
    "bad-credentials": Attack("bad credentials, from the victim's own address", 16, bad_credential, window=4,
                              source="127.0.0.1"),
    "unfinished-bodies": Attack("bodies of 1 MB without their last byte, without a credential", 950,
                                unfinished_body),
    "pipelined": Attack("GET of a role, 500 at once on each connection, by an administrator", 50, plain, window=500),
    "unread": Attack("GET /v1/roles again and again without reading, by an administrator", 50, whole_list, window=0),
    "slow-heads": SlowHeads("heads a byte in half a second, without a credential", 950),
    "connections": ConnectionFlood("new connections at full speed, without a credential", 950),
}


def main():
    name, target_file, round_number, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open(target_file, encoding="utf-8") as file:
        target = json.load(file)
    attack = ATTACKS[name]
    if round_number == 0 or attack.prepare_each_round:
        attack.prepare(target)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(attack.run(target, seconds)), flush=True)


if __name__ == "__main__":
    main()
