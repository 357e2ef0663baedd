"""What a project sets for django-allauth to log people in by WeChat."""


def settings(appid, secret):
    return {
        "INSTALLED_APPS": [
            "allauth",
            "allauth.account",
            "allauth.socialaccount",
            "allauth.socialaccount.providers.weixin",
        ],
        "MIDDLEWARE": ["allauth.account.middleware.AccountMiddleware"],
        "AUTHENTICATION_BACKENDS": [
            "allauth.account.auth_backends.AuthenticationBackend"
        ],
        "SOCIALACCOUNT_PROVIDERS": {
            "weixin": {"APPS": [{"client_id": appid, "secret": secret}]}
        },
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "LOGIN_REDIRECT_URL": "/me/",
    }
