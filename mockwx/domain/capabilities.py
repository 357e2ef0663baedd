"""wx.canIUse: what a base library can do, by schema.

`API.method.param.option` or `component.attribute.option`; one table, of what this phone
can do. https://developers.weixin.qq.com/miniprogram/dev/api/base/wx.canIUse.html
"""

from __future__ import annotations

from mockwx.domain.base_library import Change
from mockwx.domain.base_library import Era
from mockwx.domain.base_library import parse_version


# A version that WeChat's page of the API itself does not give here is inferred.
_SINCE: dict[str, str] = {
    "login": "1.0.0",
    "login.object.timeout": "1.9.90",
    "login.return.code": "1.0.0",
    "checkSession": "1.0.0",
    "getSetting": "1.2.0",
    "getSetting.object.withSubscriptions": "2.10.1",
    "openSetting": "1.1.0",
    "openSetting.object.withSubscriptions": "2.10.3",
    "authorize": "1.2.0",
    "getUserInfo": "1.0.0",
    "getUserInfo.object.withCredentials": "1.1.0",
    "getUserInfo.object.lang": "1.3.0",
    "getUserInfo.success.cloudID": "2.7.0",
    "getUserProfile": "2.10.4",
    "getUserProfile.success.encryptedData": "2.16.0",
    "getUserProfile.success.iv": "2.16.0",
    "createUserInfoButton": "2.0.1",
    "getWeRunData": "1.2.0",
    "getWeRunData.success.cloudID": "2.7.0",
    "getShareInfo": "1.1.0",
    "getShareInfo.object.timeout": "1.9.90",
    "getGroupEnterInfo": "2.10.4",
    "getGroupEnterInfo.object.needGroupOpenID": "3.7.8",
    "authPrivateMessage": "2.13.0",
    "getUserCryptoManager": "2.17.3",
    "pluginLogin": "2.15.0",
    "requestSubscribeMessage": "2.4.4",
    "getPrivacySetting": "2.32.3",
    "openPrivacyContract": "2.32.3",
    "requirePrivacyAuthorize": "2.32.3",
    "onNeedPrivacyAuthorization": "2.32.3",
    "getAccountInfoSync": "2.2.2",
    "getAccountInfoSync.return.miniProgram": "2.2.2",
    "getAccountInfoSync.return.plugin": "2.2.2",
    "getSystemInfo": "1.0.0",
    "getSystemInfoSync": "1.0.0",
    "getSystemInfoSync.return.brand": "1.5.0",
    "getSystemInfoSync.return.model": "1.0.0",
    "getSystemInfoSync.return.pixelRatio": "1.0.0",
    "getSystemInfoSync.return.screenWidth": "1.1.0",
    "getSystemInfoSync.return.screenHeight": "1.1.0",
    "getSystemInfoSync.return.windowWidth": "1.0.0",
    "getSystemInfoSync.return.windowHeight": "1.0.0",
    "getSystemInfoSync.return.statusBarHeight": "1.9.0",
    "getSystemInfoSync.return.system": "1.0.0",
    "getSystemInfoSync.return.language": "1.0.0",
    "getSystemInfoSync.return.version": "1.0.0",
    "getSystemInfoSync.return.SDKVersion": "1.1.0",
    "getSystemInfoSync.return.platform": "1.0.0",
    "getLaunchOptionsSync": "2.1.2",
    "canIUse": "1.1.1",
    "request": "1.0.0",
    "request.object.timeout": "2.10.0",
    "setStorage": "1.0.0",
    "setStorage.object.encrypt": "2.21.3",
    "setStorageSync": "1.0.0",
    "getStorage": "1.0.0",
    "getStorage.object.encrypt": "2.21.3",
    "getStorageSync": "1.0.0",
    "removeStorage": "1.0.0",
    "removeStorageSync": "1.0.0",
    "clearStorage": "1.0.0",
    "clearStorageSync": "1.0.0",
    "getStorageInfo": "1.0.0",
    "getStorageInfoSync": "1.0.0",
    "button": "1.0.0",
    "button.open-type": "1.1.0",
    "button.open-type.getUserInfo": "1.3.0",
    "button.open-type.getPhoneNumber": "1.2.0",
    "button.open-type.getRealtimePhoneNumber": "2.24.4",
    "button.open-type.openSetting": "2.0.7",
    "button.open-type.chooseAvatar": "2.21.2",
    "button.open-type.agreePrivacyAuthorization": "2.32.3",
    "button.bindgetuserinfo": "1.3.0",
    "button.bindgetphonenumber": "1.2.0",
    "button.bindgetrealtimephonenumber": "2.24.4",
    "button.bindchooseavatar": "2.21.2",
    "button.bindagreeprivacyauthorization": "2.32.3",
    "button.phone-number-no-quota-toast": "3.0.1",
    "input": "1.0.0",
    "input.type": "1.0.0",
    "input.type.nickname": "2.21.2",
    "input.bindnicknamereview": "2.29.1",
    "open-data": "1.4.0",
    "open-data.type": "1.4.0",
    "open-data.type.userNickName": "1.9.90",
    "open-data.type.userAvatarUrl": "1.9.90",
    "open-data.type.userGender": "1.9.90",
    "open-data.type.userCity": "1.9.90",
    "open-data.type.userProvince": "1.9.90",
    "open-data.type.userCountry": "1.9.90",
    "open-data.type.userLanguage": "1.9.90",
    "open-data.lang": "1.4.0",
}


CAPABILITIES = {
    schema: Change(parse_version(version)) for schema, version in _SINCE.items()
}


def can_use(schema: str, era: Era) -> bool:
    """Say whether the library knows the schema; what is not in the table is false."""
    change = CAPABILITIES.get(schema)
    return change is not None and era.has(change)
