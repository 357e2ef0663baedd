"""The smallest project around django-weapp-auth: its README, plus a page of its own.

The command line gives a folder for the database, the appid and the secret. The first
line of standard output is the address.
"""

import sys
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


def main():
    folder, appid, secret = sys.argv[1:]
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
            }
        },
        WEAPP_AUTH={"APP_ID": appid, "APP_SECRET": secret},
    )
    django.setup()
    call_command("migrate", verbosity=0)
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


class Quiet(WSGIRequestHandler):
    """Requests are in the mock's journal; here they would be noise."""

    def log_message(self, *args):
        """Say nothing."""


if __name__ == "__main__":
    main()
