"""Enters a network of its own as somebody who is not root."""

import ctypes
import os
import socket
import sys
from importlib import import_module

from mockwx.redirection import netns


NOBODY = 65534
PR_SET_DUMPABLE = 4

if os.geteuid() == 0:
    for needed in ("encodings.ascii", "encodings.idna", "fcntl"):
        import_module(needed)  # Where Python is, nobody may not look.
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    # Who was root once may not write to its own /proc without.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1)
try:
    netns.enter()
except netns.NetnsError as error:
    sys.exit(str(error))
socket.create_server(("127.0.0.1", netns.HTTPS_PORT)).close()
who = "root" if os.geteuid() == 0 else "a user"
sys.stdout.write(f"{who} {socket.gethostbyname('api.weixin.qq.com')}\n")
