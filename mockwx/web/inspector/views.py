"""One page and its two files; what it shows, its script asks of the control API."""

from functools import cache

from flask import Blueprint
from flask import Response
from flask import request
from jinja2 import Environment
from jinja2 import PackageLoader
from jinja2 import StrictUndefined
from jinja2 import Template

from mockwx.config import DEFAULT_APPID
from mockwx.domain import base_library
from mockwx.domain import consent
from mockwx.domain.fault import BODIES
from mockwx.domain.fault import PHONE_PREFIX
from mockwx.domain.fault import SESSION_ACTS
from mockwx.domain.fault import TRANSPORTS
from mockwx.domain.handset import DEFAULT_DEVICE
from mockwx.domain.handset import DEFAULT_USER
from mockwx.domain.phone_words import PLATFORMS
from mockwx.domain.variant import VARIANTS
from mockwx.services.device import CALLS
from mockwx.version import __version__
from mockwx.web.control.guard import refuse_foreigners
from mockwx.web.inspector.words import CHINESE
from mockwx.web.inspector.words import ENGLISH
from mockwx.web.inspector.words import WORDS
from mockwx.web.interfaces import INTERFACES


blueprint = Blueprint(
    "inspector",
    __name__,
    url_prefix="/_mockwx",
    static_folder="static",
    static_url_path="/static",
)
blueprint.before_request(refuse_foreigners)

# The phone posts to the backend under test, which may be anywhere.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' http: https:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}

# Versions on either side of a change that developers meet, newest first.
BASE_LIBRARIES = (base_library.NEWEST, "2.32.3", "2.27.1", "2.21.2", "2.16.0", "2.10.4")

EFFECTS = {
    "session": SESSION_ACTS,
    "payload": tuple(VARIANTS),
    "transport": TRANSPORTS,
    "body": BODIES,
}


@blueprint.get("/")
def show_page() -> Response:
    """Show the page in the reader's language, which its switch can change."""
    lang = request.accept_languages.best_match(WORDS, default=ENGLISH)
    text = _template().render(
        appid=DEFAULT_APPID,
        base_libraries=BASE_LIBRARIES,
        chinese=CHINESE,
        consents=consent.ANSWERS,
        device=DEFAULT_DEVICE,
        effects=EFFECTS,
        lang=lang,
        paths=_paths(),
        platforms=PLATFORMS,
        scopes=consent.ASKED_SCOPES,
        user=DEFAULT_USER,
        version=__version__,
        words=WORDS[lang],
        all_words=WORDS,
    )
    response = Response(text, mimetype="text/html")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.after_request
def add_headers(response: Response) -> Response:
    """Keep other pages out, and scripts that are not the mock's own."""
    response.headers.extend(HEADERS)
    return response


def _paths() -> list[str]:
    """List what a fault can strike: WeChat's interfaces, then the phone's calls."""
    return [
        *sorted(each.path for each in INTERFACES),
        *(f"{PHONE_PREFIX}{api}" for api in CALLS),
    ]


@cache
def _template() -> Template:
    """Read the template when the page is first shown, which most runs never do."""
    environment = Environment(
        loader=PackageLoader("mockwx.web.inspector"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("inspector.html")
