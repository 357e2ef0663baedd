"""The port a listener takes: free for certain, or an error at once."""

import socket
import sys


class PortError(OSError):
    """A port that cannot be had; says which."""

    def __init__(self, error: OSError, port: int) -> None:
        super().__init__(error.errno, error.strerror)
        self.port = port


def bind(host: str, port: int) -> socket.socket:
    """Bind a host and port (0: any free one); raises PortError if that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
    bound = socket.socket(family, kind, protocol)
    try:
        # Restart at once after a stop, yet never share a port that another listens on.
        if sys.platform == "win32":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise PortError(error, port) from None
    return bound
