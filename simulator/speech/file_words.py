# ruff: noqa: E501 - a table, a row on a line
"""What is said about a file that is wrong, in Chinese: one table for all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping


_NAMES: Mapping[str, str] = {
    "a scenario": "场景",
    "a backend file": "后端文件",
    "a call": "调用",
    "a device": "设备",
    "a step": "步骤",
    "this step": "这个步骤",
    "a branch": "分支",
    "a retry": "retry",
    "a pace": "pace",
    "a match": "match",
    "a filter": "过滤条件",
    "an effect": "效果",
    "an effect with errmsg": "带 errmsg 的效果",
    "an effect such as {errcode: 45011}": "效果，例如 {errcode: 45011}",
    "what to send": "send",
    "rules by path": "以路径为名的规则",
    "a matcher such as {present: true}": "比较方式，例如 {present: true}",
    "true or false": "true 或 false",
    "a step such as wx.login": "步骤，例如 wx.login",
    "text": "文本",
    "a name": "名字",
    "a list": "列表",
    "a list of steps": "步骤的列表",
    "a list of steps, or of lists of steps": "步骤的列表，每项也可以是步骤的列表",
    "a list of values": "值的列表",
    "a list of choices": "选项的列表",
    "a list of filters": "过滤条件的列表",
    "a list of stored names": "缓存名的列表",
    "a list of template ids": "模板 id 的列表",
    "domains": "域名的列表",
    "a domain such as https://api.example": "域名，例如 https://api.example",
    "a page such as pages/pay/index": "页面，例如 pages/pay/index",
    "a path such as /login": "路径，例如 /login",
    "a version such as 2.27.1": "版本号，例如 2.27.1",
    "an appid": "appid",
    "a secret of 32 hex digits": "32 位十六进制数字的 secret",
    "http(s)://HOST or wsgi:MODULE:ATTRIBUTE": "http(s)://主机 或 wsgi:模块:属性",
    "a query": "query",
    "headers": "请求头",
    "arguments": "参数",
    "arguments by name": "以名字为键的参数",
    "answers by template id": "以模板 id 为名的回答",
    "calls by name": "以名字为键的调用",
    "devices by name": "以名字为键的设备",
    "paths by name": "以名字为键的路径",
    "texts by name": "以名字为键的文本",
    "values by name": "以名字为键的值",
    "a mapping": "映射",
    "nothing": "空",
    "none": "空",
}
_MAPPING = " (a mapping)"

_HINTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"; did you mean '([^']*)'\?$", r"；是不是想写 '\1'？"),
        (r"; known here: (.*)$", r"；此处已有：\1"),
        (r"; known: (.*)$", r"；可用：\1"),
        (r"; it takes: (.*)$", r"；它接受：\1"),
        (r"; see `wxsim schema scenario` for all words$", "；全部的词见 wxsim schema scenario"),
        (
            r": add `keep: (.*)` to a call, or write (.*) if it need not be there$",
            r"：请在某个调用里写 keep: \1；如果可以没有，请写 \2",
        ),
        (r"; put \$\{…\} in quotes inside braces$", "；花括号里的 ${…} 要加引号"),
        (r"; indent with spaces, not tabs$", "；请用空格缩进，不要用制表符"),
    )
)  # fmt: skip

# In the order in which they are tried: the general ones come last.
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), chinese)
    for pattern, chinese in (
        (r"expected one of (.+), found (.+)", r"此处应为 \1 之一，现在是 \2"),
        (r"expected one of (.+) and (.+), with its rules", r"此处应为 \1、\2 之一及其规则"),
        (r"expected one action in a step, found (.+); split it", r"一个步骤只能有一个动作，这里有 \1；请拆开"),
        (r"expected one name with a list, as in (.+)", r"此处应为一个名字和一个列表，例如 \1"),
        (r"expected a whole number from (\S+) to (\S+), found (.+)", r"此处应为 \1 到 \2 的整数，现在是 \3"),
        (r"expected a whole number from (\S+), found (.+)", r"此处应为不小于 \1 的整数，现在是 \2"),
        (r"expected a whole number, found (.+)", r"此处应为整数，现在是 \1"),
        (r"expected a number from (\S+), found (.+)", r"此处应为不小于 \1 的数字，现在是 \2"),
        (r"expected a number, found (.+)", r"此处应为数字，现在是 \1"),
        (r"expected (.+), found (.+)", r"此处应为\1，现在是 \2"),
        (r"there is no step '(.+)'", r"没有名为 '\1' 的步骤"),
        (r"there is no matcher '(.+)'", r"没有名为 '\1' 的比较方式"),
        (r"there is no device '(.+)'", r"没有名为 '\1' 的设备"),
        (r"'(.+)' is not a regular expression: (.+)", r"'\1' 不是正则表达式：\2"),
        (r"'(.+)' cannot be saved; choose another name", r"不能保存为 '\1'；请换一个名字"),
        (r"a loop cannot call its values '(.+)'; choose another", r"循环的值不能叫 '\1'；请换一个名字"),
        (r"(\S+) is no act on the mock; leave it out", r"\1 不是对 mock 的操作；请去掉这一项"),
        (r"(\S+) seals nothing; 'key' stands with (.+)", r"\1 不加密任何数据；'key' 只用于 \2"),
        (r"'timeout' stands with calls of the backend", r"'timeout' 只用于后端的调用"),
        (r"'(.+)' stands beside (\S+), not inside it: indent it as far as (\S+)", r"'\1' 应写在 \2 旁边而不是里面：请与 \3 对齐"),
        (r"nothing can be looked up here; write the value", r"此处无法引用其他值；请直接写出"),
        (r"nothing was saved as '(.+)' before", r"此前没有保存过 '\1'"),
        (r"nothing keeps '(.+)' on the phone", r"没有什么把 '\1' 存到手机上"),
        (r"(.+) has no call '(.+)'", r"\1 没有名为 '\2' 的调用"),
        (r"(.+) has no '(.+)'", r"\1没有 '\2'"),
        (r"(.+) needs at least one step", r"\1至少要有一个步骤"),
        (r"(.+) needs '(.+)'", r"\1缺少 '\2'"),
        (r"(.+) takes no '(.+)'", r"\1 不接受 '\2'"),
        (r"(.+) takes only one of (.+)", r"\1只能写 \2 之一"),
        (r"'(.*)' is not a path; write names joined by dots, as in (.+) or (.+)", r"'\1' 不是路径；请写用点连接的名字，例如 \2 或 \3"),
        (r"a path is empty; name the value that is meant", r"路径是空的；请写出所指的值"),
        (r"'(.*)' in (.+) is not known; use one of (.+)", r"\2 里的 '\1' 不认识；可用：\3"),
        (r"the file is not UTF-8; save it as UTF-8", r"文件不是 UTF-8；请存为 UTF-8"),
        (r"not YAML: (.+)", r"不是 YAML：\1"),
        (r"nested too deeply", r"嵌套太深"),
        (r"the file is empty", r"文件是空的"),
        (r"neither a scenario nor a backend file; name it (.+) or (.+)", r"既不是场景文件也不是后端文件；请命名为 \1 或 \2"),
        (r"too large or too deep; aliases may repeat it", r"太大或太深；可能是别名造成的重复"),
        (r"a name must be plain text", r"名字必须是普通文本"),
        (r"merge keys \(<<\) are not supported; write it out", r"不支持合并键（<<）；请完整写出"),
        (r"'(.+)' stands here twice, first in line (\d+)", r"'\1' 在这里写了两次，第一次在第 \2 行"),
    )
)  # fmt: skip


def in_chinese(message: str) -> str:
    """Say what is wrong in Chinese; names, words and values stay as they are."""
    for pattern, chinese in _HINTS:
        found = pattern.search(message)
        if found is not None:
            return _sentence(message[: found.start()]) + found.expand(chinese)
    return _sentence(message)


def _sentence(message: str) -> str:
    for pattern, chinese in _SENTENCES:
        found = pattern.fullmatch(message)
        if found is not None:
            return _expanded(chinese, found)
    return message


def _expanded(chinese: str, found: re.Match[str]) -> str:
    return re.sub(r"\\(\d)", lambda number: _named(found[int(number[1])]), chinese)


def _named(text: str) -> str:
    bare = text.removesuffix(_MAPPING)
    suffix = "（映射）" if bare != text else ""
    return _NAMES.get(bare, bare) + suffix
