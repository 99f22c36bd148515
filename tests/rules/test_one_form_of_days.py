"""A day is written in one form, whoever made the page: "6 January 2025", "6 January 2025, 14:02"."""

import re
from pathlib import Path

from cityalert.businesses import saying

ROOT = Path(__file__).resolve().parent.parent.parent
SAID = {"j F Y", "j F Y, H:i", "j F", "j F, H:i", "H:i", "H:i:s"}
# In the narrow columns of a week, where the day of the week comes first.
SAID |= {"D H:i", "D j", "D j M H:i", "D j M, H:i"}
# A month as a heading.
SAID |= {"F Y"}
# The squares of a month, and the months beside it.
SAID |= {"j", "F", "D", "l"}
# What machines read: an attribute, or a comparison that nobody sees.
MACHINES = re.compile(r'(?:datetime="\{\{|ifchanged) [\w.]+\|date:"(?:c|Y-m-d)"')
DATE = re.compile(r'\|date(?::"([^"]*)")?')


def test_pages_and_mails_write_days_in_one_form():
    other = {
        f"{path.relative_to(ROOT)}: {form or 'no form'}"
        for path in (ROOT / "templates").rglob("*.*")
        if path.suffix in {".html", ".txt"}
        for form in DATE.findall(MACHINES.sub("", path.read_text(encoding="utf-8")))
        if form not in SAID
    }

    assert other == set()


def test_what_is_kept_is_said_in_words():
    said = {
        ("date", "2025-01-06"): "6 January 2025",
        ("date", "soon"): "soon",
        ("tel", "+14165550123"): "416-555-0123",
        ("language", "fr"): "French",
        ("languages", "en; yue"): "English, Cantonese",
        ("yes_no", "no"): "No",
        ("text", "+1"): "+1",
        ("language", ""): "",
    }

    assert {(kind, text): saying.said(kind, text) for kind, text in said} == said
