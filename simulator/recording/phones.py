"""A wx call in the journal as a step: which word, whose phone, what they answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from simulator.ports import DEFAULT_APPID
from simulator.scenario.actions import ACTIONS


_WORDS = {
    "createUserInfoButton": "button.createUserInfoButton",
    "getPhoneNumber": "button.getPhoneNumber",
    "getRealtimePhoneNumber": "button.getRealtimePhoneNumber",
    "chooseAvatar": "button.chooseAvatar",
    "agreePrivacyAuthorization": "button.agreePrivacyAuthorization",
    "nicknameReview": "input.nickname",
    "openData": "component.openData",
    "getSystemInfo": "wx.getSystemInfoSync",
    "deleteMiniProgram": "device.delete_mini_program",
}
_NAMES = {
    "getUserProfile": "profile",
    "getUserInfo": "user_info",
    "createUserInfoButton": "user_info",
    "getPhoneNumber": "phone",
    "getRealtimePhoneNumber": "phone",
    "getWeRunData": "we_run",
}
_FIRST_PAGE = "pages/index/index"
# What a call says of the phone it was made on, by the name a device has for it.
_TRAITS = ("base_library", "platform", "version", "wording")
_MOODS = ("privacy", "network")


def word_of(api: str, body: Mapping[str, object]) -> str | None:
    """Return the word of a wx call; None if stories have none for it."""
    if api == "getUserInfo" and body.get("button"):
        return "button.getUserInfo"
    word = _WORDS.get(api, f"wx.{api}")
    return word if word in ACTIONS else None


def name_of(api: str) -> str:
    """Return under which name a story keeps what a wx call gives."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", api).lower()
    return _NAMES.get(api, snake.removeprefix("get_"))


def arguments_of(word: str, body: Mapping[str, object]) -> dict[str, object]:
    """Return what a wx call was given, without what the phone adds by itself."""
    return {name: body[name] for name in ACTIONS[word].fields if name in body}


@dataclass(slots=True)
class Phones:
    """The phones of a recording, each as it was when first used."""

    known: dict[tuple[str, ...], str] = field(default_factory=dict)
    specs: dict[str, dict[str, Any]] = field(default_factory=dict)
    moods: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, body: Mapping[str, object]) -> str:
        """Return the name of the phone a call was made on."""
        person = str(body.get("user", "alice"))
        appid = str(body.get("appid", DEFAULT_APPID))
        traits = [str(body[trait]) if trait in body else "" for trait in _TRAITS]
        key = (person, appid, str(body.get("device", "phone")), *traits)
        if key not in self.known:
            self.known[key] = self._name(person)
            spec: dict[str, Any] = {"person": person}
            if appid != DEFAULT_APPID:
                spec["appid"] = appid
            spec |= {trait: body[trait] for trait in _TRAITS if body.get(trait)}
            self.specs[self.known[key]] = spec
        return self.known[key]

    def of_person(self, person: str) -> str | None:
        """Return the phone somebody used last, or was last seen with."""
        mine = [key for key in self.known if key[0] == person]
        return self.known[mine[-1]] if mine else None

    def changes(self, phone: str, body: Mapping[str, object]) -> list[dict[str, Any]]:
        """Return the steps that turn a phone to how it was for this call."""
        moods = self.moods.setdefault(phone, {"network": "online", "page": _FIRST_PAGE})
        steps: list[dict[str, Any]] = []
        page = str(body.get("page") or moods["page"])
        if page != moods["page"]:
            steps.append({"device.open": {"page": page}})
        network = str(body.get("network", "online"))
        if network != moods["network"]:
            steps.append({"device.network": {"state": network}})
        privacy = body.get("privacy")
        if privacy is not None and privacy != moods.get("privacy"):
            steps.append({"device.privacy": {"answer": str(privacy)}})
            moods["privacy"] = str(privacy)
        moods |= {"page": page, "network": network}
        return steps

    def written(self) -> dict[str, Any]:
        """Return the devices as they stand at the head of a story."""
        if not self.specs:
            return {}
        if len(self.specs) == 1:
            return {"device": next(iter(self.specs.values()))}
        return {"devices": self.specs}

    def _name(self, person: str) -> str:
        plain = re.sub(r"\W+", "_", person) or "phone"
        name, number = plain, 2
        while name in self.specs:
            name, number = f"{plain}_{number}", number + 1
        return name
