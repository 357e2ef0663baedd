"""The API a page sees: one small class per chapter of the documentation."""

from __future__ import annotations

from simulator.wx.avatar import AvatarApi
from simulator.wx.environment import EnvironmentApi
from simulator.wx.errors import WxError
from simulator.wx.life_cycle import LifeCycleApi
from simulator.wx.login import LoginApi
from simulator.wx.open_data import OpenDataApi
from simulator.wx.phone import PhoneApi
from simulator.wx.privacy import PrivacyApi
from simulator.wx.request import RequestApi
from simulator.wx.settings import SettingsApi
from simulator.wx.storage import StorageApi
from simulator.wx.subscribe_message import SubscribeMessageApi
from simulator.wx.user_info import UserInfoApi


__all__ = ["Wx", "WxError"]


class Wx(
    LoginApi,
    UserInfoApi,
    AvatarApi,
    PhoneApi,
    OpenDataApi,
    PrivacyApi,
    SettingsApi,
    SubscribeMessageApi,
    RequestApi,
    StorageApi,
    EnvironmentApi,
    LifeCycleApi,
):
    """``wx`` in Python: snake case, results as values, ``fail`` as WxError."""

    __slots__ = ()
