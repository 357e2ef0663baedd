"""Serves a Django project as small ones are served: a thread for each request."""

from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler
from wsgiref.simple_server import WSGIServer
from wsgiref.simple_server import make_server

from django.core.wsgi import get_wsgi_application


def serve(port):
    """Answer until the process ends."""
    server = make_server(
        "127.0.0.1",
        port,
        get_wsgi_application(),
        server_class=Threading,
        handler_class=Quiet,
    )
    server.serve_forever()


class Threading(ThreadingMixIn, WSGIServer):
    """Who waits for WeChat keeps nobody else waiting."""

    daemon_threads = True
    # As many may knock at once as at a server that is meant for more than one.
    request_queue_size = 64


class Quiet(WSGIRequestHandler):
    """Requests are in the mock's journal; here they would be noise."""

    def log_message(self, *args):
        """Say nothing."""
