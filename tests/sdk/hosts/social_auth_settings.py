"""What a project sets for social-auth-core to log people in by WeChat."""


def settings(appid, secret):
    return {
        "INSTALLED_APPS": ["social_django"],
        "MIDDLEWARE": ["social_django.middleware.SocialAuthExceptionMiddleware"],
        "AUTHENTICATION_BACKENDS": ["social_core.backends.weixin.WeixinOAuth2"],
        "SOCIAL_AUTH_WEIXIN_KEY": appid,
        "SOCIAL_AUTH_WEIXIN_SECRET": secret,
        "SOCIAL_AUTH_LOGIN_REDIRECT_URL": "/me/",
        "SOCIAL_AUTH_LOGIN_ERROR_URL": "/me/",
    }
