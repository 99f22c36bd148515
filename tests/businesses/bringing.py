"""How the tests bring a list in: each a step through the pages."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cityalert.businesses import storing
from cityalert.businesses.models import Business, Import

UPLOAD = reverse("businesses:import")
HEADER = "Business Name,Address,Category,Owner,Owner phone,Owner email\n"
LIST = HEADER + (
    "Café Zoé,100 King St W,Restaurant,Zoé Tremblay,416-555-0123,zoe@cafe.example\n"
    "Bay Books,200 Bay St,Retail,Ann Lee,416-555-0124,ann@books.example\n"
)


def upload(client, content, name="members.csv"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def look(client, content, **choices):
    """Upload, take the columns as they were guessed, and see what would change."""
    assert upload(client, content).status_code == 302
    batch = Import.objects.get(state="staged")
    columns = {f"column-{n}": batch.columns[head] for n, head in enumerate(batch.header, start=1)}
    client.post(reverse("businesses:columns", args=[batch.pk]), {**columns, **choices})
    return client.get(reverse("businesses:preview", args=[batch.pk]))


def apply(client, page):
    batch = Import.objects.get(state="staged")
    return client.post(
        reverse("businesses:apply", args=[batch.pk]),
        {"fingerprint": page.context["fingerprint"]},
        follow=True,
    )


def bring(client, content, **choices):
    page = look(client, content, **choices)
    apply(client, page)
    return dict(page.context["counts"])


def pictures(partner):
    return {one.name: storing.picture(one) for one in storing.whole(Business.objects.filter(partner=partner))}
