"""The servers that are measured: Reeve on a store of its own with two tenants, and nginx with the same bytes."""

import json
import os
import shutil
import subprocess
import threading
import time

import client

SECRET = "bench-secret-of-at-least-32-characters"
CONFIG = """
server: {{listen: "127.0.0.1:0"}}
store: {{dir: "{dir}/db"}}
bootstrap: {{client_id: 00000000-0000-7000-8000-000000000001}}
policies: "{here}/config/policies"
schema: "{here}/config/reeve.cedarschema"
permissions: "{here}/config/permissions.yaml"
roles: "{here}/config/roles.yaml"
"""


class Reeve:
    """A running server; `target` is what victim and attackers are told. stop() ends it and removes its store."""

    def __init__(self, program, folder):
        self.folder = folder
        os.makedirs(folder)
        config = os.path.join(folder, "reeve.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(dir=folder, here=os.getcwd()))
        self.log = open(os.path.join(folder, "log"), "wb")
        self.process = subprocess.Popen([program, "serve", "--config", config], stdout=subprocess.PIPE,
                                        stderr=self.log, env={**os.environ, "REEVE_BOOTSTRAP_SECRET": SECRET})
        try:
            self.port = self._listening_port()
            self.target = {"port": self.port, "platform": SECRET}
            self._tenant("victim", {"victim_key": ["organization:administer"]})
            self._tenant("attacker", {"admin_key": ["organization:administer"], "powerless_key": []})
        except BaseException:
            self.stop()
            raise

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)

    def last_lines(self):
        self.log.flush()
        with open(self.log.name, "rb") as file:
            return file.read()[-600:].decode(errors="replace")

    def ended(self):
        return self.process.poll() is not None

    def memory(self):
        """Bytes of RssAnon: what the process holds beside the pages of files."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
        return 0

    def disk(self):
        """(bytes that the store's file has on disk, bytes that the process had written to any file but its log)."""
        with open(f"/proc/{self.process.pid}/io", encoding="ascii") as file:
            fields = dict(line.split(": ") for line in file.read().splitlines())
        file_bytes = os.stat(os.path.join(self.folder, "db", "data.mdb")).st_blocks * 512
        log_bytes = os.stat(self.log.name).st_size
        return file_bytes, int(fields["write_bytes"]) - log_bytes

    def _listening_port(self):
        for line in self.process.stdout:
            if line.startswith(b"listening on "):
                return int(line.decode().rsplit(":", 1)[1])
        raise RuntimeError(f"the server did not start; {self.last_lines()}")

    def _tenant(self, name, keys):
        made = self._call("POST", "/v1/tenants", {"name": name, "slug": name}, None)
        self.target[name] = made["id"]
        for key, scopes in keys.items():
            said = self._call("POST", "/v1/api-keys", {"name": key, "scopes": scopes}, made["id"])
            self.target[key] = said["raw_key"]
        role = {"slug": "r1", "name": "Role 1", "scopes": ["organization:get", "group:get"]}
        self._call("POST", "/v1/roles", role, made["id"])

    def _call(self, method, path, body, tenant):
        text = json.dumps(body).encode()
        status, _, said = client.ask(self.port, method, path, key=SECRET, tenant=tenant, body=text)
        if status != 201:
            raise RuntimeError(f"{method} {path}: {status} {said.decode()}")
        return json.loads(said)


class Nginx:
    """nginx that returns what Reeve returned for the victim's read: same bytes, same header fields."""

    def __init__(self, folder, reeve):
        self.folder, self.port = folder, int(os.environ.get("NGINX_PORT", "17482"))
        self.target = {**reeve.target, "port": self.port}
        os.makedirs(folder)
        _, head, body = client.ask(reeve.port, "GET", "/v1/roles/r1", key=reeve.target["victim_key"],
                                   tenant=reeve.target["victim"])
        fields = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
        kept = "".join(f"add_header {name} '{value}'; " for name, value in fields
                       if name.lower() == "etag" or name.lower().startswith(("x-", "cache-")))
        with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(f"""
worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.err;
events {{ worker_connections 4096; }}
http {{ access_log {folder}/nginx.log; keepalive_requests 100000000;
server {{ listen 127.0.0.1:{self.port} reuseport;
location / {{ {kept} default_type application/json; return 200 '{body.decode()}'; }} }} }}
""")
        self.process = subprocess.Popen([program_of_nginx(), "-p", folder, "-c", f"{folder}/nginx.conf",
                                         "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        if self.process.poll() is not None:
            raise RuntimeError(f"nginx did not start on port {self.port}; NGINX_PORT chooses another")

    def stop(self):
        self.process.terminate()
        self.process.wait(15)
        shutil.rmtree(self.folder)


def program_of_nginx():
    """Its path, or None where it isn't installed."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Peak:
    """Looks every 20 ms at how much memory the server holds, from `with` to its end."""

    def __init__(self, server):
        self.server, self.bytes, self._over = server, 0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _look(self):
        while not self._over.wait(0.02):
            try:
                self.bytes = max(self.bytes, self.server.memory())
            except OSError:
                return
