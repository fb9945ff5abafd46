"""A class by one command: `python -m dashboard.serving --help`."""

import argparse
import errno
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

from core.common.checks import integer
from dashboard.serving import invitation, nginx
from dashboard.serving.capacity import measure_updates
from dashboard.serving.services import (
    end_services,
    nginx_service,
    restart_ended,
    server_services,
    start_services,
)

HELP = """Opens the app to a class: one server process for each core, and nginx before them, which keeps each
reader with one of them. All have the same saved runs. Ctrl-C ends it."""
MAX_PROCESSES = 256
WATCH_SECONDS = 0.5


def parse_arguments(words: list[str]) -> argparse.Namespace:
    """The options in the words of the command line; ends the process with a usage message on others."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.serving", description=HELP)
    cores = os.cpu_count() or 1
    parser.add_argument("--processes", type=int, default=cores, help="without: one for each core")
    parser.add_argument("--port", type=int, default=8080, help="that readers type; without: 8080")
    parser.add_argument(
        "--address", default=invitation.ALL_ADDRESSES, help="of this machine; without: all it has"
    )
    return parser.parse_args(words)


def check_free(address: str, port: int) -> None:
    """RuntimeError with a sentence where nothing can listen there."""
    try:
        socket.create_server((address, port)).close()
    except OSError as error:
        raise RuntimeError(describe_taken(address, port, error)) from error


def describe_taken(address: str, port: int, error: OSError) -> str:
    """The sentence for an error on the way to listening there."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port}: expected one that is free, got one at which another program listens. "
            "End that, or choose another port with --port."
        )
    if error.errno == errno.EACCES:
        return (
            f"port {port}: expected one that this user may open, got one for administrators alone. "
            "Choose another, such as --port 8080."
        )
    return (
        f"address: expected an IPv4 address of this machine, got {address}. Leave --address out to listen at "
        "all that it has."
    )


def run_class(options: argparse.Namespace, stop: threading.Event) -> None:
    """Everything from the start until `stop` is set. RuntimeError or ValueError with a sentence."""
    processes = integer("processes", options.processes, 1, MAX_PROCESSES)
    port = integer("port", options.port, 1, 65535)
    nginx.find_nginx()
    check_free(options.address, port)
    announce("Measuring what this machine can carry ...")
    updates = measure_updates(processes)
    if stop.is_set():
        return
    with tempfile.TemporaryDirectory(prefix="unrolled-class-") as name:
        servers = server_services(processes, Path(name))
        front = nginx_service(options.address, port, servers, Path(name))
        services = [*servers, front]
        try:
            announce(f"Starting {number_of_servers(processes)} and nginx ...")
            start_services(servers, stop.is_set)
            start_services([front], stop.is_set)
            if not stop.is_set():
                announce(f"{number_of_servers(processes)} and nginx: all are ready.\n")
                announce(invitation.invitation(invitation.page_address(options.address, port)))
                announce(invitation.capacity_in_words(updates, processes))
                announce("Ctrl-C ends the class; what readers have saved stays.")
            while not stop.wait(WATCH_SECONDS):
                restart_ended(services, stop.is_set, announce)
        finally:
            end_services(services)
    announce("The class has ended.")


def number_of_servers(number: int) -> str:
    """E.g. "1 server", "4 servers"."""
    return f"{number} server{'s' if number > 1 else ''}"


def announce(text: str) -> None:
    """Prints it at once, also into a file."""
    print(text, flush=True)


def stop_on_signals() -> threading.Event:
    """An event that Ctrl-C, SIGTERM and the closing of the terminal set, unless they are ignored (nohup)."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: stop.set())
    return stop


def main(words: list[str]) -> int:
    """Runs the command with these words after its name -> the exit code."""
    options = parse_arguments(words)
    try:
        run_class(options, stop_on_signals())
    except (RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
