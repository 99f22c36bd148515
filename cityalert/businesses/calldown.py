"""The call-down list on paper: whom one calls, street by street or tag by tag. Records in, a PDF out."""

import io
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from cityalert.businesses.models import Business, Function
from cityalert.lib import days, phones

PAPERS = {"letter": LETTER, "a4": A4}
WAYS = ("street", "tag")
_NUMBER = re.compile(r"\s*\d+[a-z]?(?:\s*[-–]\s*\d+[a-z]?)?,?\s+", re.IGNORECASE)
_MARGIN = 15 * mm
_LINE, _SHADE = HexColor("#9aa1a9"), HexColor("#eef0f3")
_TEXT, _BOLD = "Vera", "VeraBd"


def street_of(address: str) -> str:
    """The street of "100 King St W, unit 3": "King St W"."""
    return _NUMBER.sub("", address, count=1).partition(",")[0].strip()


def grouped(businesses: Iterable[Business], way: str) -> dict[str, list[Business]]:
    """The businesses by street, or by each of their tags; those without one last."""
    found: dict[str, list[Business]] = {}
    for one in businesses:
        for name in [street_of(one.address)] if way == "street" else (one.tags or [""]):
            found.setdefault(name, []).append(one)
    return {
        name: sorted(found[name], key=_along)
        for name in sorted(found, key=lambda name: (not name, name.casefold()))
    }


def pdf(title: str, businesses: Iterable[Business], *, way: str, paper: str, at: datetime) -> bytes:
    """The list for one BIA, in the reader's language. `at` is in the city's time."""
    out = io.BytesIO()
    _fonts()
    document = SimpleDocTemplate(
        out, pagesize=PAPERS[paper], leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN + 8 * mm, title=_("Call-down list"), author=title, lang=get_language() or "en",
    )  # fmt: skip
    parts: list[Any] = [
        _paragraph(_("Call-down list"), size=16, bold=True),
        _paragraph(title, size=11),
        Spacer(0, 4 * mm),
    ]
    groups = grouped(businesses, way)
    for name, members in groups.items():
        parts += [
            _paragraph(name or _("Without one"), size=11, bold=True),
            Spacer(0, 1 * mm),
            _table(members, document.width),
            Spacer(0, 5 * mm),
        ]
    if not groups:
        parts.append(_paragraph(_("No business matches.")))
    foot = _("TLP:AMBER. For %(name)s only. As of %(day)s.") % {
        "name": title,
        "day": days.moment(at),
    }
    document.build(parts, canvasmaker=lambda *args, **more: _Numbered(foot, *args, **more))
    return out.getvalue()


def _table(members: list[Business], width: float) -> LongTable:
    head = [_("Business"), _("For"), pgettext("of a person", "Name"), _("Telephone")]
    lines = [[_paragraph(cell, size=8, bold=True) for cell in head]]
    whole: list[Any] = []  # whoever is on top of a page would belong to nobody
    for one in members:
        called = sorted(
            (contact for contact in one.contacts.all() if contact.phone),
            key=lambda contact: Function.values.index(contact.function),
        )
        where = _paragraph(one.name, below=one.address)
        first = len(lines)
        if not called:
            lines.append([where, _paragraph("–"), _paragraph(_("Nobody can be called")), _paragraph("–")])
        for number, contact in enumerate(called):
            row = [contact.get_function_display(), contact.name or "–", phones.dialled(contact.phone)]
            lines.append([where if number == 0 else "", *map(_paragraph, row)])
        whole.append(("NOSPLIT", (0, first), (-1, len(lines) - 1)))
    shares = (0.38, 0.18, 0.24, 0.20)
    table = LongTable(lines, colWidths=[width * share for share in shares], repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                *whole,
            ]
        )
    )
    return table


class _Numbered(Canvas):
    """Knows how many pages there are before the first is finished."""

    def __init__(self, foot: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._foot = foot
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        """Keep the page until all are there."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write the feet, then the pages."""
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(_TEXT, 7.5)
            self.drawString(_MARGIN, 10 * mm, _known(self._foot))
            self.drawRightString(self._pagesize[0] - _MARGIN, 10 * mm, f"{number} / {len(self._pages)}")
            super().showPage()
        super().save()


@cache
def _fonts() -> None:
    for name in (_TEXT, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def _known(text: str) -> str:
    """Signs the typeface does not have become question marks, not empty boxes."""
    glyphs = pdfmetrics.getFont(_TEXT).face.charToGlyph
    return "".join(sign if ord(sign) in glyphs else "?" for sign in text)


def _paragraph(text: str, *, below: str = "", size: float = 8.5, bold: bool = False) -> Paragraph:
    style = ParagraphStyle("", fontName=_BOLD if bold else _TEXT, fontSize=size, leading=size * 1.25)
    small = f'<br/><font size="7">{escape(_known(below))}</font>' if below else ""
    return Paragraph(f"{escape(_known(text))}{small}", style)


def _along(one: Business) -> tuple[int, str]:
    """House by house along a street."""
    number = re.match(r"\s*(\d{1,7})", one.address)
    return (int(number[1]) if number else 0, one.name.casefold())
