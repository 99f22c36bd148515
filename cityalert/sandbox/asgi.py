"""The sandbox's HTTP entry: Twilio's API by path, static files, and pages for everything else."""

from cityalert.sandbox import api, gateway, hooks, naad, pages, push, static
from cityalert.sandbox.http import Receive, Response, Scope, Send
from cityalert.sandbox.world import Sandbox


class Application:
    """ASGI over one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        if path.startswith(api.PREFIX):
            await api.answer(self.sandbox.twilio, scope, receive, send)
        elif path.startswith(gateway.PREFIX):
            await gateway.answer(self.sandbox.gateway, scope, receive, send)
        elif path.startswith(naad.PREFIX):
            found = self.sandbox.naad.from_archive(path)
            await Response(found or b"", 200 if found else 404, content_type=b"application/xml").send(send)
        elif path.startswith(push.PREFIX):
            await push.answer(self.sandbox.push, scope, receive, send)
        elif path.startswith(hooks.PREFIX):
            await hooks.answer(self.sandbox.programs, scope, receive, send)
        elif path.startswith(static.PREFIX):
            await static.answer(path, send)
        else:
            await pages.answer(self.sandbox, scope, receive, send)


def application_for(sandbox: Sandbox) -> Application:
    """The ASGI application that shows and serves `sandbox`."""
    return Application(sandbox)
