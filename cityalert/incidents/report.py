"""The report of an incident on paper: what happened, how far the alerts came, how quickly, what people say. A PDF."""

import io
from datetime import datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from cityalert.alerts import content
from cityalert.incidents.feedback import Results
from cityalert.incidents.looking import Look
from cityalert.incidents.spans import span
from cityalert.lib import days
from cityalert.lib.money import money

_TEXT, _BOLD = "Vera", "VeraBd"
_MARGIN = 18 * mm
_LINE, _SHADE, _INK = HexColor("#9aa1a9"), HexColor("#eef0f3"), HexColor("#16191d")


def pdf(look: Look, *, at: datetime) -> bytes:
    """The whole report, in the reader's language, as much of it as they may see."""
    _fonts()
    incident, out = look.incident, io.BytesIO()
    title = f"[{look.mark}] {incident.title}" if look.mark else incident.title
    foot = _("%(title)s. As of %(time)s. Not for the public.") % {
        "title": title,
        "time": _moment(at),
    }
    document = SimpleDocTemplate(
        out, pagesize=LETTER, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN,
        bottomMargin=_MARGIN, title=title, author=look.lead, lang=get_language() or "en",
    )  # fmt: skip
    width = document.width
    parts: list[Any] = [
        *([_says(look.mark, size=12, bold=True)] if look.mark else []),
        _says(incident.title, size=18, bold=True),
        Spacer(0, 2 * mm),
        *_facts(look),
        *_reach(look, width),
        *(_feedback(look.results, width) if look.results else []),
        *_timeline(look, width),
    ]

    def mark(canvas: Any, _document: Any) -> None:
        canvas.setFont(_BOLD, 12)
        canvas.drawRightString(LETTER[0] - _MARGIN, LETTER[1] - 12 * mm, look.label)
        canvas.drawRightString(LETTER[0] - _MARGIN, 14 * mm, look.label)
        canvas.setFont(_TEXT, 7.5)
        canvas.drawString(_MARGIN, 10 * mm, _known(foot)[:120])
        canvas.drawRightString(LETTER[0] - _MARGIN, 10 * mm, str(canvas.getPageNumber()))

    document.build(parts, onFirstPage=mark, onLaterPages=mark)
    return out.getvalue()


def _facts(look: Look) -> list[Any]:
    incident = look.incident
    others = [one.name for one in look.partners if one.pk != incident.partner_id]
    said = [
        _("Led by %(name)s") % {"name": look.lead},
        _("Opened %(time)s") % {"time": _moment(incident.opened_at)},
        _("Closed %(time)s") % {"time": _moment(incident.closed_at)}
        if incident.closed_at
        else _("Still open"),
        _("Took part: %(names)s") % {"names": ", ".join(others)} if others else "",
        _("How it ended: %(words)s") % {"words": incident.outcome} if incident.outcome else "",
    ]
    return [_says(line) for line in said if line]


def _reach(look: Look, width: float) -> list[Any]:
    if not look.reached:
        return []
    head = [_("Alert"), _("Told"), _("Delivered"), _("Acknowledged"), _("First"), _("Half"), _("Nine in ten"),
            _("Cost")]  # fmt: skip
    rows = [
        [
            content.words_in(one.alert, get_language() or "en").headline,
            str(one.reach.wanted),
            f"{one.reach.delivered} ({one.reach.share(one.reach.delivered)} %)",
            f"{one.reach.acknowledged} ({one.reach.share(one.reach.acknowledged)} %)",
            *([span(s) for s in (one.speed.first_s, one.speed.half_s, one.speed.ninety_s)]
              if one.speed else ["–"] * 3),
            money(one.bill.total),
        ]
        for one in look.reached
    ]  # fmt: skip
    return [
        _heading(_("How far the alerts came, and how quickly they were acknowledged")),
        _table([head, *rows], [0.27, 0.08, 0.13, 0.15, 0.09, 0.09, 0.1, 0.09], width),
    ]


def _feedback(results: Results, width: float) -> list[Any]:
    share = _("%(answered)d of %(asked)d people answered.") % {
        "answered": results.answered,
        "asked": results.asked,
    }
    parts: list[Any] = [_heading(_("What those who acknowledged say")), _says(share)]
    for question, bars in results.questions:
        rows = [[_says(bar.label), _bar(bar.percent, width * 0.45), _says(str(bar.count))] for bar in bars]
        table = LongTable(rows, colWidths=[width * 0.35, width * 0.5, width * 0.15])
        table.setStyle(
            TableStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("TOPPADDING", (0, 0), (-1, -1), 1)])
        )
        parts.append(KeepTogether([_says(question, bold=True), table]))
    parts += [_says(f"“{remark}”") for remark in results.remarks]
    return parts


def _timeline(look: Look, width: float) -> list[Any]:
    rows: list[list[Any]] = []
    for line in look.lines:
        rows.append([_moment(line.at), _says(line.text, below=line.detail, bold=line.kind == "message")])
    if not rows:
        return []
    return [_heading(_("Timeline")), _table([[_("When"), _("What")], *rows], [0.24, 0.76], width)]


def _table(rows: list[list[Any]], shares: list[float], width: float) -> LongTable:
    cells = [
        [_says(cell, size=8, bold=number == 0) if isinstance(cell, str) else cell for cell in row]
        for number, row in enumerate(rows)
    ]
    table = LongTable(cells, colWidths=[width * share for share in shares], repeatRows=1)
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    table.setStyle(TableStyle(style))
    return table


def _bar(percent: float, width: float) -> Drawing:
    drawing = Drawing(width, 8)
    drawing.add(Rect(0, 0, width, 8, fillColor=_SHADE, strokeColor=None))
    drawing.add(Rect(0, 0, width * percent / 100, 8, fillColor=_INK, strokeColor=None))
    return drawing


def _heading(text: str) -> KeepTogether:
    return KeepTogether([Spacer(0, 5 * mm), _says(text, size=12, bold=True), Spacer(0, 1.5 * mm)])


def _says(text: str, *, below: str = "", size: float = 9, bold: bool = False) -> Paragraph:
    style = ParagraphStyle("", fontName=_BOLD if bold else _TEXT, fontSize=size, leading=size * 1.35)
    small = f'<br/><font name="{_TEXT}" size="7.5">{escape(_known(below))}</font>' if below else ""
    return Paragraph(escape(_known(text)).replace("\n", "<br/>") + small, style)


def _moment(at: datetime) -> str:
    return days.moment(at)


@cache
def _fonts() -> None:
    for name in (_TEXT, _BOLD):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def _known(text: str) -> str:
    """Signs the typeface does not have become question marks, not empty boxes."""
    glyphs = pdfmetrics.getFont(_TEXT).face.charToGlyph
    text = text.replace("\u202f", "\xa0")
    return "".join(sign if sign == "\n" or ord(sign) in glyphs else "?" for sign in text)
