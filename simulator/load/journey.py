"""The story that people play if none is given: all logins a backend file can do."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping

from simulator.audit.roles import CODE
from simulator.audit.roles import IV
from simulator.audit.roles import PHONE_CODE
from simulator.audit.roles import RAW_DATA
from simulator.audit.roles import SEALED
from simulator.audit.roles import SIGNATURE
from simulator.audit.roles import WHOLE
from simulator.audit.roles import Roles
from simulator.audit.roles import Slots
from simulator.audit.roles import roles_of
from simulator.mapping import BackendFile
from simulator.ports import SimulatorError
from simulator.scenario.model import Scenario
from simulator.scenario.model import Step


_USER, _PHONE = "user", "phone"
# What seals each kind of data on the phone.
_SEALS = {_USER: "wx.getUserInfo", _PHONE: "button.getPhoneNumber"}


def journey(file: BackendFile) -> Scenario:
    """Log in, ask who one is, and send every sealed payload that is asked for."""
    roles = roles_of(file)
    if roles.login is None:
        raise SimulatorError(
            f"{file.name} has no call that takes the code of wx.login: add one to the "
            "backend file, or give a story with --scenario.",
            f"{file.name} 没有接收 wx.login 的 code 的调用：请在后端文件中添加，"
            "或用 --scenario 给出故事。",
        )
    steps = tuple(_steps(roles, roles.login, file.audit.values))
    return Scenario(f"The logins of {file.name}", steps)


def _steps(roles: Roles, login: Slots, hints: Mapping[str, object]) -> Iterator[Step]:
    yield _save("wx.login", "login")
    if SEALED in login.takes or WHOLE in login.roots.values():
        yield _seal(login)
    if PHONE_CODE in login.takes and login.payload != _PHONE:
        yield _save(_SEALS[_PHONE], _PHONE)
    yield _call(login, hints)
    if roles.whoami is not None:
        yield _call(roles.whoami, hints)
    for slots in roles.sealed:
        if slots is not login and CODE not in slots.takes:
            yield _seal(slots)
            yield _call(slots, hints)
    tapped = roles.phone_code
    if tapped and tapped not in roles.sealed and CODE not in tapped.takes:
        yield _save(_SEALS[_PHONE], _PHONE)
        yield _call(tapped, hints)


def _seal(slots: Slots) -> Step:
    return _save(_SEALS[slots.payload], slots.payload)


def _save(action: str, name: str) -> Step:
    return Step(action, {}, 0, save={name: None})


def _call(slots: Slots, hints: Mapping[str, object]) -> Step:
    sealed = slots.payload
    known: dict[str, object] = {
        CODE: "${login.code}",
        PHONE_CODE: "${phone.code}",
        WHOLE: f"${{{sealed}}}",
        "userInfo": "${user.userInfo}",
        **{f"hint:{name}": value for name, value in hints.items()},
    }
    for part in (SEALED, IV, RAW_DATA, SIGNATURE):
        known[part] = f"${{{sealed}.{part}}}"
    return Step(f"backend.{slots.call.name}", slots.scope(known), 0)
