"""What a class needs to come in: the address to type, the same as a QR code, and how many may come."""

import io
import socket

import segno

from dashboard.serving.capacity import READER_UPDATES

ALL_ADDRESSES = "0.0.0.0"
# Kept free for documents, so nobody has it: the way there leads through the network's own gateway.
ELSEWHERE = ("192.0.2.1", 9)


def lan_address() -> str:
    """The address at which the network knows this machine; "" without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        try:
            way_out.connect(ELSEWHERE)
            return way_out.getsockname()[0]
        except OSError:  # a network of its own, that leads nowhere
            return _address_of_own_name()


def _address_of_own_name() -> str:
    try:
        addresses = socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return ""
    return next((address for address in addresses if not address.startswith("127.")), "")


def page_address(address: str, port: int) -> str:
    """http://… that readers type, for a server that listens there."""
    host = address if address != ALL_ADDRESSES else lan_address() or "localhost"
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"


def qr_code(text: str) -> str:
    """The QR code in the characters of a terminal."""
    code = io.StringIO()
    segno.make_qr(text, error="l").terminal(out=code, border=2, compact=True)
    return code.getvalue()


def capacity_in_words(updates: float, processes: int) -> str:
    """How many readers so many updates in a second are enough for, all processes together."""
    who = "one process computes" if processes == 1 else f"{processes} processes together compute"
    return (
        f"Measured just now: {who} {updates:.0f} updates of the default network in a second. Drawing "
        f"and sending take a part of that, so at most {updates / READER_UPDATES:.0f} readers get {READER_UPDATES} "
        "a second each; more of them get fewer."
    )


def invitation(address: str) -> str:
    """The address and its QR code; where this machine has no network, also that."""
    lines = [f"The class opens  {address}", "", qr_code(address)]
    if address.startswith("http://localhost"):
        lines.append("This machine is in no network at present: nobody else reaches that address.")
    return "\n".join(lines)
