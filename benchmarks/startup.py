"""How long until something moves: python -m benchmarks.startup

Cold: from the command to the first update on the screen. Warm: from opening the page in a running
server with a fresh browser profile. Play is pressed as soon as it can be.
"""

import statistics
import time

from benchmarks.browser import MOVING, chromium, server


def visit(browser, address: str) -> tuple[float, float]:
    """Seconds from opening the page until Play is there, and until the first update is shown."""
    page = browser.new_context().new_page()
    begun = time.perf_counter()
    page.goto(address)
    page.locator(".play").wait_for()
    there = time.perf_counter() - begun
    page.locator(".play").click()
    page.wait_for_function(MOVING)
    moving = time.perf_counter() - begun
    page.close()
    return there, moving


def main() -> None:
    cold, ready, warm, shown = [], [], [], []
    with chromium() as browser:
        for _ in range(3):
            with server() as (address, begun):
                ready.append(time.perf_counter() - begun)
                visit(browser, address)
                cold.append(time.perf_counter() - begun)
                for _ in range(3):
                    there, moving = visit(browser, address)
                    shown.append(there)
                    warm.append(moving)
    print("| median | seconds |")
    print("| --- | ---: |")
    print(
        f"| command until the server answers (torch is imported by then) | {statistics.median(ready):.1f} |"
    )
    print(f"| command until the first update moves | {statistics.median(cold):.1f} |")
    print(f"| page opened until Play is there, warm server | {statistics.median(shown):.1f} |")
    print(
        f"| page opened until the first update moves, warm server | {statistics.median(warm):.1f} |"
    )


if __name__ == "__main__":
    main()
