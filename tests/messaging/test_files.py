"""Files in conversations: pictures drawn anew, others kept inert, read by whoever may read their post."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from cityalert.messaging import actions
from cityalert.messaging.models import Attachment, Post
from tests.door import let_in
from tests.messaging.talking import says, talk

pytestmark = pytest.mark.django_db


def picture(form="JPEG", size=(60, 40), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **more)
    return out.getvalue()


def file(name, data, content_type="application/octet-stream"):
    return SimpleUploadedFile(name, data, content_type)


def docx():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


@pytest.fixture
def doors(cast, at):
    return talk(cast.avery, cast.corin, at=at)


@pytest.fixture
def send(cast, doors):
    """What Corin is answered who posts these files."""
    corin = let_in(Client(), cast.corin)

    def send(*files, **fields):
        data = {"files": list(files), "client_id": str(uuid4()), **fields}
        return corin.post(reverse("messaging:say", args=[doors.pk]), data, headers={"HX-Request": "true"})

    return send


def read(person, attachment):
    return let_in(Client(), person).get(reverse("messaging:file", args=[attachment.pk]))


def test_a_photo_with_a_place_is_one_message_and_says_nothing_of_whose_it_is(cast, send):
    exif = Image.Exif()
    exif[0x010F] = "Secret camera of Corin"
    answer = send(file("IMG_7 at home.jpeg", picture(exif=exif)), lat="43.64871", lon="-79.38152")

    assert answer.status_code == 200
    post = Post.objects.get()
    assert (round(post.place.y, 5), round(post.place.x, 5)) == (43.64871, -79.38152)
    kept = Attachment.objects.get()
    shown = read(cast.avery, kept)
    assert (kept.kind, shown["Content-Type"]) == ("photo", "image/jpeg")
    assert b"Secret camera" not in shown.content
    assert "43.64871" in answer.json()["html"]


def test_it_is_served_as_nothing_that_a_browser_would_run(cast, send):
    send(file("plan.pdf", b"%PDF-1.7 <script>alert(1)</script>"))
    answer = read(cast.avery, Attachment.objects.get())

    assert answer["Content-Disposition"].startswith('attachment; filename="plan.pdf"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_who_may_not_read_the_post_does_not_get_the_file(cast, at, send, doors):
    send(file("a.txt", b"Door nine"))
    kept = Attachment.objects.get()

    for person in (cast.otto, cast.vera, cast.noor):
        assert read(person, kept).status_code == 404
    assert Client().get(reverse("messaging:file", args=[kept.pk])).status_code == 302
    actions.invite(
        cast.avery.actor(at), doors, actions.Whom(partners=frozenset({cast.vera.partner.pk})), at=at
    )
    assert read(cast.vera, kept).status_code == 404  # it was sent before she came
    assert read(cast.avery, kept).content == b"Door nine"
    actions.delete(cast.corin.actor(at), doors, 1, at=at)
    assert read(cast.avery, kept).status_code == 404


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIFAR = b"GIF89a" + docx()
BOMB = picture("PNG", (9000, 9000))


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("a.svg", SVG, "image/svg+xml"),
        ("a.png", SVG, "image/png"),
        ("a.txt", SVG, "text/plain"),
        ("a.html", b"<html>", "text/html"),
        ("a.txt", b"hello <ScRiPt src=x>", "text/plain"),
        ("a.csv", b"\x00\x01binary", "text/csv"),
        ("a.gif", GIFAR, "image/gif"),
        ("a.zip", docx(), "application/zip"),
        ("a.exe", b"MZ\x90\x00", "application/pdf"),
        ("a.docx", b"MZ\x90\x00", "application/msword"),
        ("a.jpg", b"\xff\xd8\xff" + b"no picture", "image/jpeg"),
        ("a.jpg", BOMB, "image/jpeg"),
        ("a.txt", b"", "text/plain"),
        ("a.pdf", b"x" * (10 * 1024 * 1024 + 1), "application/pdf"),
    ],
)
def test_what_lies_runs_or_bursts_is_refused_with_a_sentence(send, name, data, content_type):
    answer = send(file(name, data, content_type), text="My words")

    assert answer.status_code in {413, 422}
    assert len(answer.content.decode()) > 20
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "kind", "kept"),
    [
        ("../../etc/pass\u202ewd.txt", b"words", "file", "passwd.txt"),
        ("plan.docx", docx(), "file", "plan.docx"),
        ("note.webm", b"\x1aE\xdf\xa3voice", "voice", "note.webm"),
        ("note.exe", b"OggSvoice", "voice", "note.ogg"),
        ("picture.exe", picture("PNG"), "photo", "picture.jpg"),
        ("picture.webp", picture("WEBP"), "photo", "picture.jpg"),
        ('<img src=x onerror="alert(1)">.txt', b"words", "file", "_img src=x onerror=_alert(1)__.txt"),
    ],
)
def test_names_and_kinds_are_what_the_bytes_say(send, name, data, kind, kept):
    answer = send(file(name, data))

    assert answer.status_code == 200
    assert list(Attachment.objects.values_list("kind", "name")) == [(kind, kept)]
    assert "<img src=x" not in answer.json()["html"]


def test_a_polyglot_picture_keeps_its_pixels_only(cast, send):
    send(file("a.jpg", picture() + b"<script>alert(1)</script>" + docx()))
    data = read(cast.avery, Attachment.objects.get()).content

    assert b"<script>" not in data
    assert b"PK\x03\x04" not in data


def test_a_file_alone_is_something_said(cast, at, doors, send):
    assert send(file("a.txt", b"words")).status_code == 200
    assert says(cast.avery, doors, "Thank you", at=at).position == 2
