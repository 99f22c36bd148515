"""Static files named by their content, so that browsers may keep them. Which are there, and how, whitenoise knows."""

from contextlib import closing
from typing import Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Hashed(ManifestStaticFilesStorage):
    """Hashed names, also inside ES modules: `import … from "./live.js"` must find the hashed file."""

    support_js_module_import_aggregation = True


class Compressed(CompressedManifestStaticFilesStorage):
    """The same, compressed beforehand. Worth a minute on a city's server, not before a demo on one's own machine."""

    support_js_module_import_aggregation = True


class Served(WhiteNoiseMiddleware):
    """Whitenoise, answering with the file's bytes.

    Its own answer is a stream that cannot be read asynchronously. Django would read it whole all the same, in one
    more thread, and warn each time. The largest of our files is a megabyte.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """The whole file, the part asked for, or that nothing changed."""
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with closing(found.file):
                body = found.file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["Content-Type"]  # "nothing changed" has none
        for name, value in found.headers:
            response[name] = value
        return response
