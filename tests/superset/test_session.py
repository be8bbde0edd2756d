"""A kept connection that the server drops is asked again for a read, never for a write."""

import socket
import threading

import pytest
import requests

from comptoir.bi.session import _asking_again


@pytest.fixture
def dropping_server():
    """Closes the first connection without an answer, answers on the next ones; counts the connections."""
    seen = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    seen.append(1)
                    if len(seen) > 1:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", seen


def test_a_read_is_asked_again_and_a_write_is_not(dropping_server):
    url, seen = dropping_server
    session = requests.Session()
    session.mount(url, _asking_again())
    with pytest.raises(requests.ConnectionError):
        session.post(url, json={})
    assert len(seen) == 1
    seen.clear()
    assert session.get(url).json() == {}
    assert len(seen) == 2
