"""Static files named by their content, so that browsers may keep them. Serving them is whitenoise's."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class Hashed(ManifestStaticFilesStorage):
    """Hashed names, also inside ES modules: `import … from "./live.js"` must find the hashed file."""

    support_js_module_import_aggregation = True


class Compressed(CompressedManifestStaticFilesStorage):
    """The same, compressed beforehand. Worth a minute on a city's server, not before a demo on one's own machine."""

    support_js_module_import_aggregation = True
