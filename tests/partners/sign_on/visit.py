"""Going to a provider and coming back, as a browser does; and a provider that answers what it is told to."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import requests
from django.urls import reverse

from partners.identity import SignOn


def change(partner, **values):
    SignOn.objects.filter(partner=partner).update(**values)


def show_who(client, partner, sub, *, on_the_way=str):
    """Go there, say who one is, come back; the last answer. `on_the_way` changes what is asked."""
    gone = client.get(reverse("sign_on:go", args=[partner.pk]))
    assert gone.status_code == 302, gone.content.decode()
    back = requests.post(on_the_way(gone["Location"]), data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def is_in(client):
    return "_auth_user_id" in client.session


def text(response):
    return response.content.decode()


@contextmanager
def saying(body, status=200):
    """A provider that answers everything with this; `ISSUER` stands for its own address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            said = body.replace("ISSUER", f"http://localhost:{self.server.server_port}")
            self.send_response(status)
            self.send_header("Location", "http://localhost:1/")
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_args):
            pass

    server = HTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
