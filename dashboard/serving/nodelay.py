"""Answers leave at once.

Streamlit binds the server's socket in a way in which asyncio leaves Nagle's algorithm on. Then the second packet of an
answer waits until the browser has acknowledged the first, which it puts off: 40 ms for every request on a connection
that is kept, and for most messages of a WebSocket.
"""

import gc
import socket
from contextlib import suppress


def disable_nagle() -> None:
    """Sets TCP_NODELAY on the TCP sockets of this process; a connection has it from the socket that accepts it.

    Streamlit gives nobody its socket, so that all objects are looked through: call it before there are many.
    """
    for thing in gc.get_objects():
        if type(thing) is socket.socket and thing.family in (socket.AF_INET, socket.AF_INET6):
            with suppress(OSError):  # a closed one, or one of UDP
                thing.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
