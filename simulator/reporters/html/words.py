"""What the report says of its own, in both languages: one is seen at a time."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup
from markupsafe import escape


WORDS: Mapping[str, tuple[str, str]] = {
    "report": ("wxsim report", "wxsim 报告"),
    "audit": ("wxsim audit", "wxsim 审计"),
    "skip": ("Skip to the findings", "跳到问题"),
    "language": ("中文", "English"),
    "all_ok": ("Everything went as expected", "一切符合预期"),
    "some_failed": ("{n} of {of} stories failed", "{of} 个故事中有 {n} 个失败"),
    "one_failed": ("The story failed", "故事失败"),
    "broken_off": ("The run was broken off", "运行被中断"),
    "not_ended": ("“{story}” did not come to its end.", "“{story}”没有运行完。"),
    "n_stories": ("stories", "个故事"),
    "n_steps": ("steps", "个步骤"),
    "nothing": ("Nothing was played", "没有播放任何故事"),
    "audit_ok": ("No probe failed", "没有探测失败"),
    "audit_mild": (
        "{n} of {of} probes failed, none of them gravely",
        "{of} 个探测中有 {n} 个失败，都不严重",
    ),
    "audit_failed": ("{n} of {of} probes failed", "{of} 个探测中有 {n} 个失败"),
    "backend": ("Backend", "后端"),
    "address": ("Address", "地址"),
    "mock": ("Mock", "Mock"),
    "when": ("When", "时间"),
    "took": ("Took", "用时"),
    "stories": ("Stories", "故事"),
    "steps": ("Steps", "步骤"),
    "passed": ("passed", "通过"),
    "failed": ("failed", "失败"),
    "skipped": ("skipped", "跳过"),
    "only_failed": ("Only what failed", "只看失败的"),
    "result": ("Result", "结果"),
    "findings": ("Findings", "问题"),
    "no_findings": ("Nothing to mend.", "没有需要修复的问题。"),
    "what_cures": ("What cures it: ", "解决办法："),
    "why_matters": ("Why it matters: ", "为什么重要："),
    "wechats_page": ("WeChat's page", "微信的页面"),
    "seen": ("What was seen: ", "所见："),
    "does": ("What was tried: ", "所试："),
    "evidence": ("Evidence", "证据"),
    "to_step": ("step {n} of “{story}”", "“{story}”的第 {n} 步"),
    "sequence": ("What happened", "经过"),
    "sequence_about": (
        "The line under the backend has the colour of the key it holds, "
        "the one under WeChat of the key that is valid.",
        "后端下方的线是它持有的密钥的颜色，微信下方的线是当前有效密钥的颜色。",
    ),
    "lane_phone": ("Phone", "手机"),
    "lane_backend": ("Backend", "后端"),
    "lane_wechat": ("WeChat", "微信"),
    "from_to": ("{one} to {other}: ", "{one}到{other}："),
    "key_n": ("key {n}", "密钥 {n}"),
    "replaced": ("key {n} replaces key {old}", "密钥 {n} 取代密钥 {old}"),
    "asked": ("Asked", "发问"),
    "answered": ("Answered", "回答"),
    "sent": ("Sent to the backend", "发给后端"),
    "got": ("The backend's answer", "后端的回答"),
    "moved_on": ("moved on from", "重定向自"),
    "wechat_asked": ("The backend asked WeChat", "后端向微信发问"),
    "not_asked": (
        "The backend asked WeChat nothing meanwhile.",
        "其间后端没有向微信发问。",
    ),
    "way": ("The way of this code", "这个 code 的经过"),
    "struck": ("struck by {fault}", "被故障 {fault} 击中"),
    "shared": ("in the world all stories share", "在各故事共用的世界里"),
    "empty": ("nothing", "无"),
    "world": ("World", "世界"),
    "masked": (
        "Secrets of WeChat's are shortened, codes are numbered. Made by wxsim; this "
        "file needs no network.",
        "微信的机密已缩短，code 以编号代替。由 wxsim 生成；本文件无需网络。",
    ),
    "severity": ("Severity", "严重程度"),
    "critical": ("critical", "危急"),
    "high": ("high", "高"),
    "medium": ("medium", "中"),
    "low": ("low", "低"),
    "outcome_pass": ("passed", "通过"),
    "outcome_fail": ("failed", "失败"),
    "outcome_not_applicable": ("not applicable", "不适用"),
    "outcome_inconclusive": ("inconclusive", "无结论"),
    "probe": ("Probe", "探测"),
    "others": ("All probes", "全部探测"),
    "chapter_secrets": ("Secrets", "机密"),
    "chapter_identity": ("Identity", "身份"),
    "chapter_codes": ("Codes", "登录凭证"),
    "chapter_payloads": ("Payloads", "加密数据"),
    "chapter_races": ("Races", "竞争"),
    "chapter_weather": ("Bad weather", "恶劣网络"),
    "chapter_input": ("Input", "输入"),
}


def said(name: str, **filled: object) -> Markup:
    """Say one of our words in both languages."""
    english, chinese = WORDS[name]
    return both(english, chinese, **filled)


def both(english: str, chinese: str, **filled: object) -> Markup:
    """Mark up a text in two languages; what is the same in both stands once.

    Only texts of our own have places to be filled.
    """
    if english == chinese:
        return Markup(english).format(**filled) if filled else escape(english)
    pair = Markup('<span lang="en">{}</span><span lang="zh-CN">{}</span>')
    if filled:
        return pair.format(*(Markup(e).format(**filled) for e in (english, chinese)))
    return pair.format(english, chinese)
