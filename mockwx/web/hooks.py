"""Around each call to WeChat: what happens before the view and after it, in order."""

import logging
from collections.abc import Callable
from functools import partial

from mockwx.clock import monotonic_ns
from mockwx.domain.errors import ErrCode
from mockwx.domain.errors import WeChatError
from mockwx.secrecy.lookout import LOOKOUT
from mockwx.store.base import AloneError
from mockwx.store.base import StoreError
from mockwx.web import api_security
from mockwx.web.call import Answer
from mockwx.web.call import Call
from mockwx.web.call import Reply
from mockwx.web.call import View
from mockwx.web.interfaces import Interface
from mockwx.web.recording import append_exchange
from mockwx.web.recording import keep_secrets_out
from mockwx.web.reply import failure
from mockwx.web.reply import success
from mockwx.web.routing import ids_of


logger = logging.getLogger(__name__)

Hook = Callable[[Answer, Call], Reply]


def give_rid(answer: Answer, call: Call) -> Reply:
    """Give the call its request id."""
    wechat = call.wechat
    call.at_ms = wechat.clock.now_ms()
    call.rid = wechat.entropy.rid(call.at_ms // 1000)
    return answer(call)


def record(answer: Answer, call: Call) -> Reply:
    """Write the exchange into the journal before the caller sees the reply."""
    started = monotonic_ns()
    reply = answer(call)
    if reply.errcode != 0 or LOOKOUT.alert or _carries_a_token(call):
        keep_secrets_out(call)
    append_exchange(call, reply, duration_us=(monotonic_ns() - started) // 1000)
    return reply


def _carries_a_token(call: Call) -> bool:
    """Say whether a call brings a token that nobody asks for, as WxJava's logins do."""
    takes = call.interface.takes_access_token
    return not takes and b"access_token=" in call.query_string


def render_errors(answer: Answer, call: Call) -> Reply:
    """Turn an error into WeChat's answer, and a bug of ours into its -1."""
    try:
        return answer(call)
    except (AloneError, StoreError):
        # Played again elsewhere; or no answer without what is kept, nor a record of it:
        # web.unavailable.
        raise
    except WeChatError as error:
        if not call.user:
            # A refused call is about somebody too: whose code was used twice, say.
            _, call.user = call.wechat.faults.owner_of(ids_of(call.query, call.body))
        return failure(call, error)
    except Exception:
        logger.exception("A bug in mockwx, answered as -1 to %s", call.interface.path)
        return failure(call, WeChatError(ErrCode.SYSTEM_ERROR))


def strike_fault(answer: Answer, call: Call) -> Reply:
    """Let an armed fault happen to the call."""
    if not call.wechat.faults.any_armed():
        return answer(call)
    from mockwx.web.faults import struck

    return struck(answer, call)


def check_access_token(answer: Answer, call: Call) -> Reply:
    """Check the access_token: WeChat does so before it looks at method and body."""
    access_token = call.query.get("access_token", "")
    issuer = call.issuer_of(access_token)
    bearer = issuer.access_token.authorize(access_token)
    # A token and a code may come from two worlds: a backend shared by many tests
    # has one token. The app is then the one of that name in the code's world.
    call.mini_program = (
        bearer if issuer is call.wechat else call.wechat.directory.app(bearer.appid)
    )
    return answer(call)


def check_component_access_token(answer: Answer, call: Call) -> Reply:
    """Check a third-party platform's token, under its older name or its newer one."""
    query = call.query
    token = query.get("component_access_token") or query.get("access_token", "")
    call.mini_program = call.issuer_of(token).component_login.authorize(token)
    return answer(call)


def charge(answer: Answer, call: Call) -> Reply:
    """Count the call; 45009 when the app's calls of the day are used up."""
    call.wechat.openapi_mgnt.charge(call.mini_program, call.interface.path)
    return answer(call)


def check_method(answer: Answer, call: Call) -> Reply:
    """Ask for POST where it is documented, and accept it where GET is."""
    if call.interface.method == "POST":
        if call.method != "POST":
            raise WeChatError(ErrCode.REQUIRE_POST, hint=True)
    elif call.method not in ("GET", "POST"):
        raise WeChatError(ErrCode.REQUIRE_GET, hint=True)
    return answer(call)


def open_signed(answer: Answer, call: Call) -> Reply:
    """Open a signed call and seal its answer, an error's too."""
    if not api_security.is_signed(call):
        return answer(call)
    body = api_security.opened(call)
    reply = api_security.answered(partial(render_errors, answer), call, body)
    return api_security.sealed(call, reply)


def hooked(interface: Interface, view: View, *, fair_weather: bool = False) -> Answer:
    """Wrap a view in the hooks its interface needs, the first of them outermost.

    In fair weather no fault is armed: the caller knows already.
    """

    def innermost(call: Call) -> Reply:
        found = view(call)
        return found if isinstance(found, Reply) else success(call, found)

    answer: Answer = innermost
    for hook in reversed(_hooks(interface)):
        if fair_weather and hook is strike_fault:
            continue
        answer = partial(hook, answer)
    return answer


def _hooks(interface: Interface) -> list[Hook]:
    """List what happens around an interface's view, in order."""
    hooks: list[Hook] = [give_rid, record, strike_fault, render_errors]
    if interface.takes_access_token:
        hooks.append(check_access_token)
    if interface.takes_component_access_token:
        hooks.append(check_component_access_token)
    if interface.takes_access_token:
        hooks.append(charge)
    hooks.append(check_method)
    if interface.signable:
        hooks.append(open_signed)
    return hooks
