"""The smallest project around django-weapp-auth: its README, plus a page of its own.

The command line gives a folder for the database, the appid, the secret and the port.
"""

import sys

import django
from django.conf import settings
from django.core.management import call_command
from django_server import serve


def main():
    folder, appid, secret, port = sys.argv[1:]
    settings.configure(
        SECRET_KEY="nothing here is secret",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="django_weapp_auth_urls",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "rest_framework",
            "weapp_auth",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{folder}/db.sqlite3",
                # A slow disk is none of the package's doing.
                "OPTIONS": {"timeout": 30},
            }
        },
        WEAPP_AUTH={"APP_ID": appid, "APP_SECRET": secret},
    )
    django.setup()
    call_command("migrate", verbosity=0)
    serve(int(port))


if __name__ == "__main__":
    main()
