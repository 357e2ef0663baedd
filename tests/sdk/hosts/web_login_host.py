"""The smallest Django project in which a framework logs people in by WeChat.

The command line gives the framework, a folder for the database, the appid and the
secret. The first line of standard output is the address; its page has one button, which
begins a login, and /me/ shows who is logged in.
"""

import importlib
import sys
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application


def main():
    set_up(*sys.argv[1:])
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


def set_up(framework, folder, appid, secret, **changes):
    """Make this process the project, with a fresh database."""
    own = importlib.import_module(f"{framework}_settings").settings(appid, secret)
    own |= changes
    settings.configure(
        SECRET_KEY="nothing here is secret" * 3,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=f"{framework}_urls",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            *own.pop("INSTALLED_APPS"),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            *own.pop("MIDDLEWARE"),
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"]
                },
            }
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": f"{folder}/db.sqlite3",
            }
        },
        **own,
    )
    django.setup()
    call_command("migrate", verbosity=0)


class Quiet(WSGIRequestHandler):
    """Requests are in the mock's journal; here they would be noise."""

    def log_message(self, *args):
        """Say nothing."""


if __name__ == "__main__":
    main()
