"""How smoothly the Live page plays: python -m benchmarks.playback

The LSTM on the adding task, T = 50, H = 32: six heatmaps, the network, the gradients and three curves
at 60 updates a second, in headless Chromium without a GPU.
"""

import statistics
import time

from benchmarks.browser import DATA, MOVING, chromium, server

SECONDS = 8


def main() -> None:
    with server() as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        received = [0]
        page.on(
            "websocket",
            lambda socket: socket.on(
                "framereceived", lambda data: received.__setitem__(0, received[0] + len(data))
            ),
        )
        page.goto(f"{address}/?task=adding&cell=lstm&hidden_size=32&length=50")
        page.locator(".player select").first.select_option("60")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        time.sleep(2)
        page.evaluate(
            "() => { window.shown = 0; const f = () => { window.shown += 1; requestAnimationFrame(f); };"
            " requestAnimationFrame(f); }"
        )
        before = [float(page.evaluate(DATA, name)) for name in ("drawn", "update")]
        bytes_before, begun = received[0], time.perf_counter()
        time.sleep(SECONDS)
        passed = time.perf_counter() - begun
        after = [float(page.evaluate(DATA, name)) for name in ("drawn", "update")]
        per_update = (received[0] - bytes_before) / (after[1] - before[1])
        screen = page.evaluate("window.shown") / passed

        pauses = []
        for _ in range(20):
            page.wait_for_timeout(150)
            pauses.append(
                page.evaluate(
                    """() => new Promise(done => {
                      let root;
                      for (const host of document.querySelectorAll("*"))
                        root ||= host.shadowRoot?.querySelector(".player");
                      const wanted = root.dataset.status === "playing" ? "paused" : "playing";
                      const begun = performance.now();
                      root.querySelector(".play").click();
                      const look = () => root.dataset.status === wanted
                        ? done(performance.now() - begun) : requestAnimationFrame(look);
                      look();
                    })"""
                )
            )
        page.evaluate("() => { window.blank = 0; }")
        for _ in range(5):  # full reruns, while it plays
            page.get_by_test_id("stNumberInputStepUp").count()
            page.get_by_text("What you see, why it happens, what to try").click()
            page.wait_for_timeout(200)
            present = page.evaluate(DATA, "update")
            assert present is not None, "the player was gone during a rerun"
        print("| what | measured |")
        print("| --- | ---: |")
        print(f"| frames the browser showed a second | {screen:.1f} |")
        print(f"| pictures the player drew a second | {(after[0] - before[0]) / passed:.1f} |")
        print(f"| updates played a second (60 asked) | {(after[1] - before[1]) / passed:.1f} |")
        print(
            f"| Pause or Play, click to done, median of 20 | {statistics.median(pauses):.0f} ms |"
        )
        print(f"| remounts | {int(page.evaluate(DATA, 'mounts')) - 1} |")
        print(f"| sent for each update | {per_update / 1000:.1f} kB |")


if __name__ == "__main__":
    main()
