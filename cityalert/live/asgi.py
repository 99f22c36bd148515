"""What the ASGI root mounts for WebSockets."""

from cityalert.live.consumer import listen

websocket_application = listen
