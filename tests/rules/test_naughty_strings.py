"""Whatever is typed into a form, the answer is a page: kept as text, or refused in a sentence. Never a fault."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from cityalert.incidents import actions as incidents
from cityalert.lib.tables import csv_bytes
from tests.alerts.writing import draft, published
from tests.businesses.bia import business
from tests.cast import Cast
from tests.door import let_in
from tests.partners.sharing import group

pytestmark = pytest.mark.django_db

# One of each kind that has broken somebody's software: what may be kept as it is, in whole or in part …
TEXTS = (
    "\u202eLTR\u202d\u2066", "\u200b\ufeff\u00ada", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘", "ﷺ﷽", "👩‍👩‍👧‍👦🏳️‍🌈🇨🇦", "ثم نفس سقطت",
    "田中さんにあげて下さい", "İıſßǆﬃ", "Ω≈ç√∫˜µ≤≥÷", "''''\"", "' OR 1=1 -- ", "%s%n%x %(key)s {0} {key} ${env:KEY}",
    "{{ 7*7 }}{% now 'Y' %}", "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "<![CDATA[<x>]]>", "&lt;&#0;&amp;", '=HYPERLINK("http://x","y")', "../../../etc/passwd", "C:\\con\\nul",
    "a\r\n.\r\nBcc: x@y", "null", "{link}", "[]",
)  # fmt: skip
# … and what no field can mean.
WRONG = (
    "\x00", "\x07\x1b[31m\x7f\x85", "\ufffe\uffff\ufdd0", "NaN", "Infinity", "1e309", "9" * 400, "-1", "９９９", "١٢٣",
    "1_000", "0000-00-00T00:00", "9999-12-31T23:59", "2026-02-30", "a" * 70_000, "\n" * 500, " ", "0x7f", "-", "\\",
    "x@" + "y" * 300 + ".example", "+" + "1" * 60, "[" * 3000, "javascript:alert(1)",
    '{"shapes": [{"type": "Polygon", "coordinates": [[[null]]]}]}',
)  # fmt: skip
FREE = {"text", "search", None}
NOT_TYPED = {"hidden", "submit", "button", "checkbox", "radio", "file"}


def answers(client: Client, path: str, turn: Iterator[int]) -> set[int]:
    """What a page's forms answer: texts filled with odd ones, then whatever can be typed with what is wrong."""
    page = client.get(path)
    assert page.status_code == 200, path
    found = set()
    for form in html.document_fromstring(page.content).forms:
        typed = [one for one in form.inputs if _is_typed(one)]
        if form.method == "POST" and typed:
            free = {one.name: TEXTS[next(turn) % len(TEXTS)] for one in typed if _is_free(one)}
            wrong = {one.name: WRONG[next(turn) % len(WRONG)] for one in typed}
            for said in (free, wrong):
                found.add(client.post(form.action or path, {**dict(form.form_values()), **said}).status_code)
    assert found, path
    return found


def _is_typed(control: Any) -> bool:
    return bool(control.name) and control.tag != "select" and control.get("type") not in NOT_TYPED


def _is_free(control: Any) -> bool:
    return control.tag == "textarea" or control.get("type") in FREE


def test_no_form_breaks(cast: Cast, at):
    (alert, newer, wrong), begun = (published(cast.avery, at) for _ in range(3)), draft(cast.avery, at)
    incident = incidents.from_alert(cast.avery.actor(at), alert, at=at)
    shared, cafe = group("Towers", cast.bao.partner, cast.avery.partner), business(cast.bao, at)
    dana, turn = cast.join("dana", cast.bao.partner), count()
    pages = {
        let_in(Client(), cast.avery): [
            f"/alerts/{begun.pk}/compose/", f"/alerts/{newer.pk}/amend/", f"/alerts/{wrong.pk}/cancel/",
            "/templates/new/", "/drills/new/", "/incidents/", f"/incidents/{incident.pk}/",
        ],
        let_in(Client(), cast.corin): [f"/alerts/{alert.pk}/"],
        let_in(Client(), cast.bao): [
            f"/businesses/{cafe.pk}/edit/", "/businesses/board/", "/businesses/fields/", "/businesses/passed-on/new/",
            f"/businesses/pass-on/{alert.pk}/", "/partners/sites/new/", "/partners/groups/new/",
            f"/partners/groups/{shared.pk}/", "/partners/members/invite/", f"/partners/members/{dana.membership.pk}/",
            "/partners/members/sign-in/", "/partners/entry/", "/partners/feeds/", "/partners/sponsoring/invite/",
            "/imported/sources/new/", "/approval/", "/accounts/reached/",
        ],
        Client(): ["/join/", "/accounts/organisation/"],
    }  # fmt: skip

    found = {path: answers(client, path, turn) for client, paths in pages.items() for path in paths}

    assert {path: codes for path, codes in found.items() if max(codes) >= 500} == {}


def test_no_list_breaks(cast: Cast):
    bao, rows = let_in(Client(), cast.bao), [[text, text] for text in (*TEXTS, *WRONG)]
    for path in ("/businesses/import/", "/partners/sites/placing/"):
        file = SimpleUploadedFile("list.csv", csv_bytes(["Name", "Address"], rows))
        answer = bao.post(path, {"file": file}, follow=True)
        assert answer.status_code in {200, 422}
        for page, _status in answer.redirect_chain:
            assert bao.post(page, {"column-1": "name", "column-2": "address"}, follow=True).status_code < 500
