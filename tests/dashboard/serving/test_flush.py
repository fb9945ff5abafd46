"""A run of the page ends after the server's loop has taken over what it drew."""

import asyncio
import threading
import time

from dashboard.serving import flush


def test_it_waits_for_a_loop_that_has_much_else_to_do():
    loop, taken, ready = asyncio.new_event_loop(), [], threading.Event()

    async def serve():
        flush.register_loop()
        loop.call_soon(ready.set)

    def run():
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        ready.wait(10)
        loop.call_soon_threadsafe(time.sleep, 0.3)
        loop.call_soon_threadsafe(taken.append, "drawn")
        flush.wait_for_delivery()
        assert taken == ["drawn"]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
    flush.wait_for_delivery()  # the server has gone: nothing to wait for
    flush._loops.clear()
