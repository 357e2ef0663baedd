"""What reporters say, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from typing import TypeAlias

from simulator.speech.file_words import in_chinese


Language: TypeAlias = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

_WORDS: Mapping[str, tuple[str, str]] = {
    "phone": ("phone", "手机"),
    "backend": ("backend", "后端"),
    "wechat": ("WeChat", "微信"),
    "cause": ("cause", "原因"),
    "at": ("at {file}:{line}, {action}", "位于 {file}:{line}，{action}"),
    "asked": ("asked", "发问"),
    "answered": ("answered", "回答"),
    "sent": ("sent", "发送"),
    "got": ("got", "收到"),
    "moved_on": ("moved on from {url}", "由 {url} 重定向而来"),
    "not_asked": (
        "WeChat was not asked anything by the backend in this step",
        "这一步里后端没有向微信发问",
    ),
    "way": (
        "the way of this code, from the tap to here:",
        "这个 code 从点击到此处的经过：",
    ),
    "no_answer": (
        "HTTP {status}, no answer of WeChat's",
        "HTTP {status}，不是微信的回答",
    ),
    "struck": ("struck by {fault}", "被故障 {fault} 击中"),
    "shared": ("in the world all stories share", "在各故事共用的世界里"),
    "characters": ("{n} characters", "{n} 个字符"),
    "skipped": ("skipped: {reason}", "跳过：{reason}"),
    "world": ("all of it is in the world {world}", "全部记录在世界 {world} 中"),
    "scenario": ("{n} scenario", "{n} 个故事"),
    "scenarios": ("{n} scenarios", "{n} 个故事"),
    "step": ("{n} step", "{n} 个步骤"),
    "steps": ("{n} steps", "{n} 个步骤"),
    "failed": ("{n} failed", "{n} 个失败"),
    "broken_off": ("the story was broken off", "故事被中断"),
    "none_failed": ("none failed", "没有失败"),
    "seconds": ("{n:.1f} s", "{n:.1f} 秒"),
    "comma": (", ", "，"),
    "progress_story": ("story {n} of {of}", "故事 {n}/{of}"),
    "progress_step": ("step {n} of {of}", "步骤 {n}/{of}"),
}

# What runner, matchers and mapping say of a step that fails, as they say it.
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"an earlier step failed", "前面的步骤失败了"),
        (r"should fail, but succeeds", "应当失败，却成功了"),
        (r"should succeed, but: (.+)", r"应当成功，但：\1"),
        (r"the backend says: (.+)", r"后端说：\1"),
        (r"there is no device '([^']*)'", r"没有名为“\1”的手机"),
        (r"tried (\d+) times", r"尝试了 \1 次"),
        (r"'([^']+)' should go over a list", r"“\1”应当遍历一个列表"),
        (
            r"should take at most (\S+) ms and takes (\S+)",
            r"应当不超过 \1 毫秒，实际用了 \2 毫秒",
        ),
        (r"(\S+) says failure", r"\1 表示失败"),
        (r"(\S+) is as `unless` says", r"\1 正如 `unless` 所说"),
        (r"(\S+) should be there and is (.+)", r"\1 应当存在，实际是 \2"),
        (r"(\S+) should be absent and is (.+)", r"\1 应当不存在，实际是 \2"),
        (
            r"(\S+) should be greater than (.+) and is (.+)",
            r"\1 应当大于 \2，实际是 \3",
        ),
        (r"(\S+) should be less than (.+) and is (.+)", r"\1 应当小于 \2，实际是 \3"),
        (
            r"(\S+) should be one of (.+) and is (.+)",
            r"\1 应当是 \2 之一，实际是 \3",
        ),
        (r"(\S+) should not be (.+)", r"\1 不应当是 \2"),
        (r"(\S+) should be (.+) and is (.+)", r"\1 应当是 \2，实际是 \3"),
        (r"(\S+) should match (.+) and is (.+)", r"\1 应当匹配 \2，实际是 \3"),
        (r"(\S+) should contain (.+) and is (.+)", r"\1 应当包含 \2，实际是 \3"),
        (
            r"(\S+) should have length (.+) and (?:is|has) (.+)",
            r"\1 的长度应当是 \2，实际是 \3",
        ),
        (
            r"(\S+) took longer than (\S+) s to match (.+): write it .+",
            r"\1 匹配 \3 超过 \2 秒：请不要在重复里再写重复，或匹配更短的文本",
        ),
        (r"(\S+) cannot match (.+?): (.+)", r"\1 无法匹配 \2：\3"),
        (
            r"nothing is at (\S+): there is no '([^']+)'; did you mean '(.+)'\?",
            r"\1 处没有值：没有“\2”，是否想写“\3”？",
        ),
        (
            r"nothing is at (\S+): there is no '([^']+)'; there is (.+)",
            r"\1 处没有值：没有“\2”，有 \3",
        ),
        (
            r"nothing is at (\S+): there is no '([^']+)'; it is empty",
            r"\1 处没有值：没有“\2”，它是空的",
        ),
        (
            r"nothing is at (\S+): '([^']+)' is asked of (.+)",
            r"\1 处没有值：无法从 \3 取“\2”",
        ),
        (
            r"nothing is at (\S+): \[(\d+)\] is asked of (.+)",
            r"\1 处没有值：无法从 \3 取 [\2]",
        ),
        (
            r"nothing is at (\S+): the list has (\d+) members",
            r"\1 处没有值：列表只有 \2 项",
        ),
        (
            r"the (\S+) was moved on from (\S+): write the path as .+",
            r"\1 由 \2 被重定向：请按后端的写法写路径，注意末尾有无斜杠；"
            r"被重定向的 POST 会丢失请求体",
        ),
        (r"the journal holds (\d+) of these", r"日志中有 \1 条符合"),
        (
            r"the first (\d+) of these came in this order, and no more",
            r"只有前 \1 条按此顺序出现",
        ),
        (
            r"no call '([^']+)' is known; known: (.+)",
            r"没有名为“\1”的调用；已有：\2",
        ),
        (
            r"no backend file is given; use --backend FILE",
            "没有给出后端文件；请用 --backend FILE",
        ),
    )
)
_LEADING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"cannot save '([^']+)': (?P<why>.+)", r"无法保存“\1”："),
        (r"cannot keep '([^']+)': (?P<why>.+)", r"无法保留“\1”："),
        (r"(backend\.\S+) needs more: (?P<why>.+)", r"\1 还缺参数："),
    )
)


def word(name: str, language: Language = "en", **filled: object) -> str:
    """Say one of our own words or sentences."""
    return _WORDS[name][LANGUAGES.index(language)].format(**filled)


def count(number: int, noun: str, language: Language = "en") -> str:
    """Say how many there are."""
    return word(noun if number == 1 else f"{noun}s", language, n=number)


def reason(text: str, language: Language = "en") -> str:
    """Say why a step failed or was skipped; what only English knows stays English."""
    if language == "en":
        return text
    for pattern, chinese in _LEADING:
        if found := pattern.fullmatch(text):
            return found.expand(chinese) + reason(found["why"], language)
    for pattern, chinese in _REASONS:
        if found := pattern.fullmatch(text):
            return found.expand(chinese)
    # An argument that was looked up is judged in the words of a file's check.
    return in_chinese(text)
