"""Static files named by their content, so that browsers may keep them. Serving them is whitenoise's."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed names, also inside ES modules: `import … from "./live.js"` must find the hashed file."""

    support_js_module_import_aggregation = True
