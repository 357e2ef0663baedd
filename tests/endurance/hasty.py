"""`mockwx serve`, with little patience for bodies and room for few connections.

python -m tests.endurance.hasty serve --port PORT
"""

from functools import partial

from mockwx.cli import main
from mockwx.listeners import crowd
from mockwx.listeners import http
from mockwx.listeners.crowd import Patience


BODY_SECONDS = 0.5
ROOM = 40

# A worker that is no fork of this program calls it `__mp_main__`.
if __name__ in ("__main__", "__mp_main__"):
    http.Patience = partial(Patience, body=BODY_SECONDS)  # type: ignore[misc]
    http.MOST_CONNECTIONS = crowd._FEWEST = ROOM
    crowd._MOST_CALLERS = ROOM + ROOM // 2

if __name__ == "__main__":
    main()
