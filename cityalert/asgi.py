"""The ASGI root: pages to Django, the public ones by way of their shelf, sockets to `live`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
pages = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from cityalert.live.asgi import websocket_application  # noqa: E402
from cityalert.public.shelf import Shelf  # noqa: E402

application = ProtocolTypeRouter({"http": Shelf(pages), "websocket": websocket_application})
