"""What the content check finds: a literal table of words that set it off.

The words say what they are for: nobody types them by accident, and no test has to spell
out what WeChat refuses. WeChat's own sample text works too.
https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/sec-check/msgSecCheck.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


CONTENT_MAX = 2500
SCENES = range(1, 5)
PER_MINUTE = 4000
PER_DAY = 2_000_000

PASS = "pass"
REVIEW = "review"
RISKY = "risky"

NORMAL = 100
AD = 10001
POLITICS = 20001
PORN = 20002
ABUSE = 20003
CRIME = 20006
FRAUD = 20008
VULGAR = 20012
COPYRIGHT = 20013
OTHER = 21000


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word and what the check says when it meets it."""

    word: str
    label: int
    suggest: str = RISKY


TRIGGERS = (
    Trigger("测试广告", AD),
    Trigger("risky-ad", AD),
    Trigger("测试时政", POLITICS),
    Trigger("risky-politics", POLITICS),
    Trigger("测试色情", PORN),
    Trigger("risky-porn", PORN),
    Trigger("测试辱骂", ABUSE),
    Trigger("risky-abuse", ABUSE),
    Trigger("测试违法", CRIME),
    Trigger("risky-crime", CRIME),
    Trigger("测试欺诈", FRAUD),
    Trigger("risky-fraud", FRAUD),
    Trigger("测试低俗", VULGAR),
    Trigger("risky-vulgar", VULGAR),
    Trigger("测试版权", COPYRIGHT),
    Trigger("risky-copyright", COPYRIGHT),
    Trigger("测试其他", OTHER),
    Trigger("risky-other", OTHER),
    Trigger("测试复审", OTHER, REVIEW),
    Trigger("needs-review", OTHER, REVIEW),
    # From the sample of the official page: words hidden among others.
    Trigger("特3456书yuuo莞6543李zxcz蒜7782法fgnv级", CRIME),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of a text."""

    suggest: str = PASS
    label: int = NORMAL
    keyword: str = ""

    def as_json(self) -> dict[str, object]:
        """Shape `result`."""
        return {"suggest": self.suggest, "label": self.label}

    def details(self) -> list[dict[str, object]]:
        """Shape `detail`: what each of WeChat's two strategies says.

        How sure the model is and that both agree are inferred.
        """
        shared = {"errcode": 0, **self.as_json()}
        model = {"strategy": "content_model", **shared, "prob": 90}
        keyword = {"strategy": "keyword", **shared}
        if self.keyword:
            keyword |= {"level": 90, "keyword": self.keyword}
        return [model, keyword]


def judge(texts: Iterable[str]) -> Verdict:
    """Judge texts by the worst word in them; of equals the first of the table."""
    joined = "\n".join(texts)
    found = [trigger for trigger in TRIGGERS if trigger.word in joined]
    if not found:
        return Verdict()
    worst = next((each for each in found if each.suggest == RISKY), found[0])
    return Verdict(worst.suggest, worst.label, worst.word)
