"""What the attackers send with: many connections of one thread, each with a few requests under way."""

import collections
import errno
import re
import select
import socket
import time

STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d)")
STATUS_LENGTH = 12


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.unsent = memoryview(b"")
        self.expected = 0    # answers that are still to come
        self.tail = b""      # the end of what was read, which may be half a status line


class Flood:
    """Sends what `make()` returns, `window` times at once, on each connection, and again once as many answers
    have come. With window 0 it sends on and on and never reads. A connection that the server closes is made
    anew. Counts what is sent and answered."""

    def __init__(self, port, connections, make, window=1, source="127.0.0.2"):
        self.port, self.size, self.make, self.window, self.source = port, connections, make, window, source
        self.poll = select.epoll()
        self.open = {}
        self.requests = self.bytes_sent = self.connects = self.refused = 0
        self.answers = collections.Counter()

    def run(self, seconds=None, count=None):
        """Until `seconds` are over, or `count` requests were sent and answered."""
        end = time.monotonic() + seconds if seconds else float("inf")
        while time.monotonic() < end:
            if count is not None and self.requests >= count and not any(c.expected for c in self.open.values()):
                break
            while len(self.open) < self.size and self._connect():
                pass
            for number, events in self.poll.poll(0.05, 64):
                connection = self.open.get(number)
                if connection:
                    self._serve(connection, events, count)
        self.close()

    def close(self):
        for connection in list(self.open.values()):
            self._drop(connection)

    def report(self):
        return {"requests": self.requests, "bytes_sent": self.bytes_sent, "connects": self.connects,
                "refused": self.refused, "answers": dict(self.answers)}

    def _connect(self):
        sock = socket.socket()
        sock.setblocking(False)
        try:
            sock.bind((self.source, 0))
            if sock.connect_ex(("127.0.0.1", self.port)) not in (0, errno.EINPROGRESS):
                raise OSError
        except OSError:
            self.refused += 1
            sock.close()
            return False
        self.connects += 1
        self.open[sock.fileno()] = Connection(sock)
        # To read, unless the attack is that nobody reads; hang-ups are told in any case.
        wanted = select.EPOLLIN | select.EPOLLOUT if self.window else select.EPOLLOUT
        self.poll.register(sock.fileno(), wanted)
        return True

    def _drop(self, connection):
        self.open.pop(connection.sock.fileno(), None)
        connection.sock.close()

    def _serve(self, connection, events, count):
        try:
            if events & (select.EPOLLHUP | select.EPOLLERR):
                raise ConnectionError
            if events & select.EPOLLIN:
                self._read(connection)
            if events & select.EPOLLOUT or (not connection.expected and not connection.unsent):
                self._write(connection, count)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)

    def _read(self, connection):
        data = connection.sock.recv(262144)
        if not data:
            raise ConnectionError
        data = connection.tail + data
        found = STATUS.findall(data)
        for status in found:
            self.answers[status.decode()] += 1
        connection.expected -= len(found)
        # Too short to hold a status line that was counted.
        connection.tail = data[-STATUS_LENGTH + 1:]

    def _write(self, connection, count):
        if not connection.unsent and connection.expected <= 0:
            if count is not None and self.requests >= count:
                self.poll.modify(connection.sock.fileno(), select.EPOLLIN)
                return
            batch = self.window or 16
            # One text may be shared by all connections, however long it is.
            text = self.make() if batch == 1 else b"".join(self.make() for _ in range(batch))
            connection.unsent = memoryview(text)
            connection.expected = batch if self.window else 0
            self.requests += batch
        if connection.unsent:
            sent = connection.sock.send(connection.unsent)
            self.bytes_sent += sent
            connection.unsent = connection.unsent[sent:]
        if self.window:
            # While answers are awaited there is always room to send, which is of no interest.
            more = select.EPOLLOUT if connection.unsent else 0
            self.poll.modify(connection.sock.fileno(), select.EPOLLIN | more)
