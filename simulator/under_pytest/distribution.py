"""pytest-xdist's plain distribution, save that no story is cut in two."""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScheduling  # type: ignore[import-untyped]  # it ships no types


_STORY = (".scenario.yaml::", ".scenario.yml::")


class WholeStories(LoadScheduling):  # type: ignore[misc]  # of a kind unknown
    """Lengthens what a worker is sent until the story it ends in is complete.

    Were xdist to pass this by, a step would play those before it again: slower, but no
    less right.
    """

    def _send_tests(self, node: Any, num: int) -> None:
        super()._send_tests(node, self._whole(num))

    def _whole(self, number: int) -> int:
        pending, collection = self.pending, self.collection or []
        while 0 < number < len(pending):
            story = _story(collection[pending[number - 1]])
            if not story or story != _story(collection[pending[number]]):
                break
            number += 1
        return number


def _story(nodeid: str) -> str:
    """Name the story of a step; nothing for any other test."""
    for suffix in _STORY:
        file, found, _ = nodeid.partition(suffix)
        if found:
            return file + found
    return ""
