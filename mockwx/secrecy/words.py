"""What is said of a real secret: where it is, what becomes of it, what to do."""

from __future__ import annotations

from collections.abc import Mapping

from mockwx.secrecy import looks
from mockwx.secrecy.harmless import harmless
from mockwx.secrecy.looks import Sight
from mockwx.secrecy.looks import cut


_NAMES_ZH: Mapping[str, str] = {
    looks.PRIVATE_KEY: "私钥",
    looks.MERCHANT_KEY: "商户密钥",
    looks.API_KEY: "API 对称密钥",
    looks.CREDENTIAL: "Authorization 凭证",
}

_CURES: Mapping[str, tuple[str, str]] = {
    looks.APP_SECRET: (
        "reset it at mp.weixin.qq.com if anybody else can see this, and start the "
        "backend with the mock's or a made-up one",
        "如可能被他人看到，请到 mp.weixin.qq.com 重置；"
        "后端请改用 mock 的或编造的 secret",
    ),
    looks.ACCESS_TOKEN: (
        "clear the cache from which the backend took it, renew it with "
        "getStableAccessToken and force_refresh if anybody else can see this, and "
        "let the backend ask the mock for one",
        "请清除后端缓存，让后端向 mock 获取；如可能被他人看到，"
        "请用 getStableAccessToken 加 force_refresh 换新",
    ),
    looks.SESSION_KEY: (
        "let its person log in again, which makes another, and use one that the mock "
        "has issued",
        "请让该用户重新登录以换新，并改用 mock 签发的 session_key",
    ),
    looks.PRIVATE_KEY: (
        "replace it where its public half is registered (pay.weixin.qq.com or "
        "mp.weixin.qq.com), and use one made for tests",
        "请到登记其公钥之处（pay.weixin.qq.com 或 mp.weixin.qq.com）更换，"
        "并改用测试专用的密钥",
    ),
    looks.MERCHANT_KEY: (
        "set another at pay.weixin.qq.com, and use a made-up one",
        "请到 pay.weixin.qq.com 重新设置，并改用编造的密钥",
    ),
    looks.PUSH_KEY: (
        "the mock works with it, so its snapshots and stores hold it; set another at "
        "mp.weixin.qq.com (message push), and use a made-up one",
        "mock 要用它加解密，快照与存储中仍有原文；"
        "请到 mp.weixin.qq.com（消息推送）重新设置，并改用编造的密钥",
    ),
    looks.API_KEY: (
        "the mock works with it, so its snapshots and stores hold it; set another at "
        "mp.weixin.qq.com (API security), and use a made-up one",
        "mock 要用它加解密，快照与存储中仍有原文；"
        "请到 mp.weixin.qq.com（API 安全）重新设置，并改用编造的密钥",
    ),
    looks.CREDENTIAL: (
        "revoke it where it was issued, and let a story log in instead",
        "请到签发之处吊销，并让故事自己登录",
    ),
}


_LONGEST_PLACE = 300


def warning(sight: Sight, where: str) -> str:
    """Warn of a real secret: a sentence in each language, each on a line."""
    where = harmless(where[-_LONGEST_PLACE:])
    cure, cure_zh = _CURES[sight.kind]
    where_zh = where.replace(", ", "，")
    name_zh = _NAMES_ZH.get(sight.kind, sight.kind)
    begins = cut(sight).removesuffix("(masked)")
    shown = "" if sight.kind == looks.PRIVATE_KEY else f" ({begins}…)"
    shown_zh = shown.replace(" (", "（").replace(")", "）")
    article = "an" if sight.kind[0] in "aeiouAEIOU" else "a"
    return (
        f"mockwx: {where}: this looks like {article} {sight.kind} that is real{shown}, "
        f"not the mock's: it is masked in all that is shown; {cure}.\n"
        f"mockwx：{where_zh}：这像是真实的 {name_zh}{shown_zh}，不是 mock 的；"
        f"凡显示之处均已遮盖；{cure_zh}。"
    )
