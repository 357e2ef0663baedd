"""Every SDK and client that is run unchanged: what is played, what the page lists."""

from tests.sdk.row import Row
from tests.sdk.rows import go
from tests.sdk.rows import jvm
from tests.sdk.rows import node
from tests.sdk.rows import python


ROWS: tuple[Row, ...] = (*python.ROWS, *node.ROWS, *jvm.ROWS, *go.ROWS)
