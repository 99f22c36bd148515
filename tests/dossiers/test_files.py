"""Plans and documents: taken for what they are, kept inert, in versions, read only by whoever may."""

import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from cityalert.dossiers.models import Part, Version
from tests.door import let_in
from tests.dossiers.events import PDF, opened, part, plan

pytestmark = pytest.mark.django_db


def add(dossier):
    return reverse("dossiers:add", args=[dossier.pk, "document"])


def test_a_plan_is_kept_in_versions_and_served_inert(cast, at):
    parade = opened(cast.vera, at, cast.avery)
    vera, avery, otto = (let_in(Client(), who) for who in (cast.vera, cast.avery, cast.otto))
    vera.post(add(parade), {**part(title="Crossing points"), "file": plan(name="../../plan \u202efdp.pdf")})
    found = Part.objects.get()
    change = reverse("dossiers:part", args=[found.pk])
    vera.post(change, {**part(title="Crossing points"), "file": plan(PDF + b"2")})

    newest, first = Version.objects.all()
    assert (newest.number, first.number) == (2, 1)
    assert first.file_name == "plan fdp.pdf"
    answer = avery.get(reverse("dossiers:file", args=[newest.pk]))
    assert answer.content == PDF + b"2"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert otto.get(reverse("dossiers:file", args=[newest.pk])).status_code == 404
    # It is asked each time: no longer shared, no longer read.
    vera.post(change, part(title="Crossing points", is_shared=""))
    assert avery.get(reverse("dossiers:file", args=[newest.pk])).status_code == 404
    assert Version.objects.count() == 2


def test_files_that_lie_or_run_are_refused_in_a_sentence(cast, at):
    parade, vera = opened(cast.vera, at), let_in(Client(), cast.vera)
    for name, content in (
        ("plan.svg", b"<svg onload='alert(1)'/>"),
        ("plan.html", b"<script>alert(1)</script>"),
        ("plan.pdf", b"MZ\x90\x00 %PDF-"),
        ("plan.docx", archive("word/document.xml", "word/vbaProject.bin")),
        ("plan.xlsx", archive("word/document.xml")),
        ("plan.docx", b"PK\x03\x04 cut off"),
        ("plan.txt", b"a\0b"),
        ("plan", PDF),
        ("plan.pdf", b""),
    ):
        answer = vera.post(add(parade), {**part(title="Crossing points"), "file": plan(content, name)})
        assert answer.status_code == 422, name
        assert "Crossing points" in answer.content.decode()
    assert vera.post(add(parade), part(title="Crossing points")).status_code == 422
    assert not Part.objects.exists()
    for name, content in (("p.docx", archive("word/document.xml")), ("p.csv", "Tür;3\n".encode())):
        assert vera.post(add(parade), {**part(), "file": plan(content, name)}).status_code == 302


def archive(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()
