"""The server's answers leave at once."""

import socket

from dashboard.serving.nodelay import disable_nagle


def test_a_connection_does_not_wait_for_the_other_side():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        disable_nagle()
        client.connect(server.getsockname())
        connection, _ = server.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_other_sockets_are_left_alone():
    closed = socket.socket()
    closed.close()
    local, other = socket.socketpair()
    with socket.socket(type=socket.SOCK_DGRAM), local, other:
        disable_nagle()  # raises nothing
