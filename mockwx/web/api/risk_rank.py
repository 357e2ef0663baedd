"""How risky a person is held for: getUserRiskRank.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/sec-center/safety-control-capability/getUserRiskRank.html
"""

from mockwx.web.call import Call
from mockwx.web.call import Payload
from mockwx.web.params import parse_body
from mockwx.web.params import text
from mockwx.web.params import whole


# No scene at all must not be taken for 0, which is one.
_NO_SCENE = -1


def get_user_risk_rank(call: Call) -> Payload:
    """Answer the rank of a person, from 0 to 4."""
    body = parse_body(call.body)
    answer = call.wechat.risk_rank.get_user_risk_rank(
        call.mini_program,
        appid=text(body, "appid"),
        openid=text(body, "openid"),
        scene=whole(body, "scene", default=_NO_SCENE),
        client_ip=text(body, "client_ip"),
    )
    call.user = answer.user
    return {
        "errmsg": "getuserriskrank succ",
        "risk_rank": answer.risk_rank,
        # Not a typo of ours: WeChat spells it so.
        "unoin_id": answer.number,
    }
