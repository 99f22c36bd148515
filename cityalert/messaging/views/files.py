"""An attachment, to whoever may read its post at this moment, and as nothing that a browser would run."""

from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cityalert.messaging import queries
from cityalert.messaging.models import Attachment, Content
from partners.middleware import Request, actor_required

# Even opened by itself it may do nothing: no script, no form, no request of its own.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'none'; sandbox"
# Shown in the page; all else is only ever saved.
_INLINE = {Attachment.Kind.PHOTO, Attachment.Kind.VOICE}


@require_GET
@never_cache
@actor_required
def attachment(request: Request, attachment_id: UUID) -> HttpResponse:
    """Its bytes."""
    found = queries.attachment_for(request.actor, attachment_id)
    data = Content.objects.only("data").get(attachment=found).data
    answer = HttpResponse(bytes(data), content_type=found.content_type)
    how = "inline" if found.kind in _INLINE else "attachment"
    plain = "".join(
        sign if (sign.isascii() and sign.isalnum()) or sign in "._- " else "_" for sign in found.name
    )
    answer["Content-Disposition"] = f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = POLICY
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
