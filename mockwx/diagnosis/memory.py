"""Says how far back the history goes, wherever something is not in it."""

from __future__ import annotations

from mockwx.diagnosis.finding import Said
from mockwx.diagnosis.history import Archive


def told_of_memory(archive: Archive) -> tuple[Said, ...]:
    """Return the sentence; none where nothing is known of a history."""
    memory = archive.history.memory
    if memory is None:
        return ()
    return (
        Said(
            "it may have been issued and fell out of the history, which keeps the last "
            f"{memory.most:,} codes, keys and payloads of each person in each app, for "
            f"{memory.days} days of the mock's clock",
            "也可能曾经签发，但已从历史中移出：历史只保留每个人在每个小程序中最近 "
            f"{memory.most:,} 个 code、密钥和数据，最长 {memory.days} 天"
            "（按 mock 的时钟）",
        ),
    )
