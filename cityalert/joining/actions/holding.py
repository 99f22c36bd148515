"""The application's row, held while something is done with it."""

from cityalert.joining.models import Application
from cityalert.lib.refusals import NotThere


def hold(application: Application) -> Application:
    """The application as it stands now, nobody else changing it until the transaction ends."""
    held = Application.objects.select_for_update().filter(pk=application.pk).first()
    if held is None:
        raise NotThere
    return held
