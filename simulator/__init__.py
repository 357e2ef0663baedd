"""A simulated phone that logs in against a backend under test."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from simulator.adapters import connect_backend
    from simulator.adapters import connect_wechat
    from simulator.device import Device
    from simulator.runner import run
    from simulator.scenario.loader import load_backend
    from simulator.scenario.loader import load_scenario
    from simulator.scenario.model import Scenario
    from simulator.scenario.turn import Stage
    from simulator.wx import Wx
    from simulator.wx import WxError

__all__ = [
    "Device",
    "Scenario",
    "Stage",
    "Wx",
    "WxError",
    "connect_backend",
    "connect_wechat",
    "load_backend",
    "load_scenario",
    "run",
]

# Loaded on first use, so that `wxsim --help` costs no more than click.
_HOMES = {
    "Device": "simulator.device",
    "Scenario": "simulator.scenario.model",
    "Stage": "simulator.scenario.turn",
    "Wx": "simulator.wx",
    "WxError": "simulator.wx",
    "connect_backend": "simulator.adapters",
    "connect_wechat": "simulator.adapters",
    "load_backend": "simulator.scenario.loader",
    "load_scenario": "simulator.scenario.loader",
    "run": "simulator.runner",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
