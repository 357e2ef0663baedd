"""Java's clients and SDKs."""

from tests.sdk.row import Row


ROWS: tuple[Row, ...] = ()
