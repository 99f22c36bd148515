"""Reporting back: words, a photo, a place, from a person's link and from a screen, for the author's side only."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from cityalert.delivery import photos
from cityalert.delivery.models import Photo, Recipient, Report
from tests.alerts.writing import published
from tests.door import let_in


def picture(size=(64, 48), kind="JPEG", **more):
    """A photo as a telephone would send it: with where it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "SECRETCAM", {1: "N", 2: (43.0, 39.0, 0.0)}
    file = BytesIO()
    Image.new("RGB", size, "red").save(file, kind, exif=exif, comment=b"SECRETWORDS", **more)
    return file.getvalue()


def test_a_photo_keeps_its_pixels_and_nothing_else():
    raw = picture((3000, 2000))
    cleaned = photos.clean(BytesIO(raw), size=len(raw))

    assert b"SECRETCAM" in raw
    assert b"SECRET" not in cleaned
    seen = Image.open(BytesIO(cleaned))
    assert (seen.format, seen.size, dict(seen.getexif())) == ("JPEG", (1600, 1067), {})


@pytest.mark.parametrize(
    ("raw", "refusal"),
    [
        (b"", photos.NoPhoto),
        (b"GIF89a" + bytes(64), photos.NoPhoto),
        (b"<svg onload='alert(1)'/>", photos.NoPhoto),
        (picture()[:300], photos.NoPhoto),
        (picture((9000, 9000), "PNG"), photos.TooLarge),
    ],
    ids=["empty", "gif", "svg", "half", "flood"],
)
def test_what_is_no_photo_is_refused_with_a_sentence(raw, refusal):
    with pytest.raises(refusal):
        photos.clean(BytesIO(raw), size=len(raw))


@pytest.mark.django_db
def test_corin_reports_back_from_link_and_screen_and_only_the_author_sees_it(cast, at):
    """One journey."""
    alert = published(cast.avery, at)
    recipient = Recipient.objects.get(notice=alert.notice, subscriber=cast.corin.subscriber)
    link = reverse("delivery:report", args=[recipient.token])
    shot = SimpleUploadedFile("IMG_1.jpg", picture(), content_type="image/jpeg")

    assert "enctype" in Client().get(link).content.decode()
    sent = Client().post(
        link, {"words": "Smoke in the lobby", "photo": shot, "lat": "43.6487", "lon": "-79.3815"}
    )
    assert sent.status_code == 302
    report = Report.objects.get()
    assert (report.words, report.place.coords, report.partner) == (
        "Smoke in the lobby", (-79.3815, 43.6487), cast.corin.partner,
    )  # fmt: skip

    bad = Client().post(link, {"words": "Kept", "photo": SimpleUploadedFile("a.jpg", b"no picture")})
    assert bad.status_code == 422
    assert "no photo we can open" in bad.content.decode()
    assert "Kept" in bad.content.decode()
    assert Client().post(link, {}).status_code == 422

    screen = reverse("alerts:report", args=[alert.pk])
    corin, otto, avery = (let_in(Client(), one) for one in (cast.corin, cast.otto, cast.avery))
    assert corin.post(screen, {"words": "All out", "place_words": "Door B"}).status_code == 302
    assert otto.post(screen, {"words": "Me too"}).status_code == 404

    answer = reverse("delivery:answer", args=[recipient.token])
    for response in ("safe", "need_help"):
        Client().post(answer, {"response": response})
    page = avery.get(reverse("alerts:reach", args=[alert.pk])).content.decode()
    for words in ("Smoke in the lobby", "Door B", "43.64870", "Safe", "Need help"):
        assert words in page

    photo = reverse("alerts:photo", args=[alert.pk, report.pk])
    assert photo in page
    served = avery.get(photo)
    assert (served["Content-Type"], served.content) == ("image/jpeg", bytes(Photo.objects.get().jpeg))
    for nobody in (corin, otto):
        assert nobody.get(photo).status_code == 404
    assert avery.get(reverse("alerts:photo", args=[alert.pk, 999])).status_code == 404
    assert (
        "King Bay Tower reported back"
        in avery.get(reverse("alerts:progress", args=[alert.pk])).content.decode()
    )
