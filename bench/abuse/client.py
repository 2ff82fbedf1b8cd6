"""HTTP/1.1 for the benchmark: the text of a request, and a connection that keeps nothing from its user."""

import socket


def request(method, path, key=None, tenant=None, body=None):
    """The bytes of a request; a body is bytes of JSON."""
    lines = [f"{method} {path} HTTP/1.1", "Host: bench"]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if tenant:
        lines.append(f"X-Tenant-ID: {tenant}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")


def connect(port, source="127.0.0.1", timeout=30.0):
    """A connected socket. The source tells one client's address from another's on one machine."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def answer(sock):
    """Reads one answer: (status, head, body). OSError if it breaks off."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(sock)
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"transfer-encoding":
            return int(head[9:12]), head, _chunks(sock, body)
    while len(body) < length:
        body += _more(sock)
    return int(head[9:12]), head, body


def _chunks(sock, data):
    body = b""
    while True:
        while b"\r\n" not in data:
            data += _more(sock)
        size, data = data.split(b"\r\n", 1)
        size = int(size, 16)
        while len(data) < size + 2:
            data += _more(sock)
        body, data = body + data[:size], data[size + 2:]
        if size == 0:
            return body


def ask(port, *parts, **named):
    """One request on a connection of its own: (status, head, body)."""
    with connect(port) as sock:
        sock.sendall(request(*parts, **named))
        return answer(sock)


def _more(sock):
    data = sock.recv(65536)
    if not data:
        raise ConnectionError("the connection was closed before the answer's end")
    return data
