"""Words by machine: asked for while composing, and confirmed by whoever has read them."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from cityalert.alerts import actions
from cityalert.alerts.actions.wording import NotUsable
from cityalert.alerts.forms import AlertForm
from cityalert.alerts.translating import NotTranslated
from cityalert.alerts.views.drafts import Draft, draft_for, keep, severities, show_preview
from cityalert.lib import clock
from cityalert.lib.language import Language
from cityalert.lib.refusals import NotThere
from partners.middleware import Request, actor_required


@require_POST
@actor_required
def translate(request: Request, alert_id: UUID) -> HttpResponse:
    """Keep what was typed, then fill a `language` from the other, or take it as a person's words (`confirmed`)."""
    at, confirmed = clock.now(), request.POST.get("confirmed", "")
    draft = keep(request, draft_for(request, alert_id), at)
    if not draft.is_sound:
        return show_preview(request, draft)
    act = actions.confirm_words if confirmed else actions.translate
    try:
        language = Language(confirmed or request.POST.get("language", ""))
    except ValueError as error:
        raise NotThere from error
    try:
        alert = act(request.actor, draft.alert, language, at=at)
    except (NotUsable, NotTranslated) as refusal:
        draft.form.add_error(f"{language}_headline", str(refusal))
        return show_preview(request, draft)
    shown = Draft(request.actor, alert, AlertForm(instance=alert, at=at), at)
    return show_preview(request, shown, filled=True, severities=severities(shown))
