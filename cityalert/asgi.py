"""The ASGI root: pages to Django (public ones by their shelf), call-backs to `delivery`, sockets to `live`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityalert.settings")
pages = get_asgi_application()  # before anything that imports models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from cityalert.delivery.intake import Intake  # noqa: E402
from cityalert.live.asgi import websocket_application  # noqa: E402
from cityalert.public.shelf import Shelf  # noqa: E402

application = ProtocolTypeRouter({"http": Intake(Shelf(pages)), "websocket": websocket_application})
