"""What people write by hand: a FastAPI route that exchanges a code."""

from fastapi import FastAPI


SESSION = {
    "session_key": "bW9ja3d4bW9ja3d4bW9ja3g=",
    "openid": "oMockwxMockwxMockwxMockwxMoc",
    "unionid": "oMockwxMockwxMockwxMockwxMoc",
}
APPS = {"wx6d6f636b77780001": "6d6f636b77786d6f636b77786d6f636b"}

app = FastAPI()


@app.get("/sns/jscode2session")
async def code2session(appid: str = "", secret: str = "", js_code: str = "") -> object:
    """Answer the same session for every code of a known app."""
    if APPS.get(appid) != secret:
        return {"errcode": 40013, "errmsg": "invalid appid"}
    if not js_code:
        return {"errcode": 41008, "errmsg": "missing code"}
    return SESSION
