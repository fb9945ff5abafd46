"""What a class needs running: several servers with the same saved runs, and nginx before them."""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.serving import nginx, programs
from dashboard.serving.memory_limit import memory_limit

APP = Path(__file__).parents[2] / "app.py"
MEBIBYTE = 2**20


@dataclass
class Service:
    """A program that is ready once it answers at its address.

    name: as sentences call it. environment: variables beside those of this process.
    """

    name: str
    command: list[str]
    address: str
    log: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Starts the program, in a process group of its own: Ctrl-C does not reach it."""
        environment = os.environ | self.environment
        self.program = programs.start(
            self.command, self.log, env=environment, start_new_session=True
        )

    @property
    def exit_code(self) -> int | None:
        """None while the program runs."""
        return self.program.process.poll()

    def kill_group(self) -> None:
        """Kills what the program has left behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.program.process.pid, signal.SIGKILL)


def server_services(number: int, folder: Path) -> list[Service]:
    """So many servers on free ports, which only this machine reaches; the memory for runs is shared out evenly."""
    environment = {
        "OMP_NUM_THREADS": "1",  # each keeps to about one core
        "UNROLLED_MEMORY": str(max(1, memory_limit() // number // MEBIBYTE)),
    }
    services = []
    for k in range(1, number + 1):
        port = programs.free_port()
        listen = ["--server.address=127.0.0.1", f"--server.port={port}"]
        command = [sys.executable, "-m", "streamlit", "run", str(APP), *listen]
        log = folder / f"server-{k}.log"
        services.append(
            Service(f"server {k}", command, f"http://127.0.0.1:{port}", log, environment)
        )
    return services


def nginx_service(address: str, port: int, servers: Sequence[Service], folder: Path) -> Service:
    """nginx before the servers. RuntimeError with a sentence where it is not installed."""
    replicas = [server.address.removeprefix("http://") for server in servers]
    text = nginx.configuration(folder, f"{address}:{port}", replicas)
    host = "127.0.0.1" if address == "0.0.0.0" else address
    command = nginx.write_command(folder, text)
    return Service("nginx", command, f"http://{host}:{port}", folder / "nginx.log")


def start_services(services: Sequence[Service], is_stopped: Callable[[], bool]) -> None:
    """Starts them, and returns when all answer, or as soon as the class is to stop.

    RuntimeError with the output of one that ends instead.
    """
    for service in services:
        service.start()
    for service in services:
        wait_until_ready(service, is_stopped)


def wait_until_ready(service: Service, is_stopped: Callable[[], bool]) -> None:
    """Returns when it answers. RuntimeError with its output when it ends instead, or never answers."""
    programs.wait_until(
        lambda: is_stopped() or programs.is_healthy(service.address), service.program
    )


def restart_ended(
    services: Sequence[Service], is_stopped: Callable[[], bool], report: Callable[[str], None]
) -> None:
    """Starts anew each that has ended, and reports it: a class goes on, if one process of many fails.

    One that does not get ready again would not at another try either: RuntimeError with its output.
    """
    for service in services:
        if service.exit_code is None:
            continue
        report(f"{service.name} has ended, with exit code {service.exit_code}. It is started anew.")
        service.kill_group()
        service.start()
        wait_until_ready(service, is_stopped)
        report(f"{service.name} answers again.")


def end_services(services: Sequence[Service]) -> None:
    """Ends those that were started, gently and then by force, and whatever they have started."""
    started = [service for service in services if hasattr(service, "program")]
    programs.end(*(service.program for service in started))
    for service in started:
        service.kill_group()
