"""The bar: one idiomatic Flask route that looks a code up and answers JSON."""

from flask import Flask
from flask import Response
from flask import jsonify
from flask import request


SESSION = {
    "session_key": "bW9ja3d4bW9ja3d4bW9ja3g=",
    "openid": "oMockwxMockwxMockwxMockwxMoc",
    "unionid": "oMockwxMockwxMockwxMockwxMoc",
}
APPS = {"wx6d6f636b77780001": "6d6f636b77786d6f636b77786d6f636b"}

app = Flask(__name__)


@app.get("/sns/jscode2session")
def code2session() -> Response:
    """Answer the same session for every code of a known app."""
    secret = APPS.get(request.args.get("appid", ""))
    if secret is None or secret != request.args.get("secret"):
        return jsonify({"errcode": 40013, "errmsg": "invalid appid"})
    if not request.args.get("js_code"):
        return jsonify({"errcode": 41008, "errmsg": "missing code"})
    return jsonify(SESSION)
