"""The picture that social networks and messengers show beside a link to an alert: words left, map right. PNG."""

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

import reportlab
from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw, ImageFont

from cityalert.alerts import content
from cityalert.alerts.models import Alert
from cityalert.alerts.vocabulary import Status
from cityalert.lib.severity import Severity
from cityalert.public import drawing
from cityalert.public.standing import Standing, marks

WIDTH, HEIGHT = 1200, 630
_TEXT_WIDTH = 640
# Drawn twice as large and made smaller: lines become smooth.
_SCALE = 2
_FONTS = Path(reportlab.__file__).parent / "fonts"
_INK, _QUIET, _PAPER = "#16191d", "#4d5560", "#ffffff"
# The light theme of static/css/tokens.css; a picture has no style sheet.
_GROUND = {
    "sheet": "#edeff2", "water": "#d5e2ea", "land": "#edeff2", "park": "#deeae0", "ground": "#e4e6e9",
    "river": "#d5e2ea", "rail": "#b9bec4", "minor": "#ffffff", "major": "#ffffff", "highway": "#ffffff",
}  # fmt: skip
_WIDTHS = {"river": 8, "rail": 1, "minor": 5, "major": 8, "highway": 12}
# Fill, what is written on it, edge.
_SEVERITIES = {
    "extreme": ("#9c012b", "#ffffff", "#ba022f"), "severe": ("#fe8833", "#1a0b04", "#b84b0c"),
    "moderate": ("#f6d439", "#1b1505", "#a07f00"), "minor": ("#0f5a93", "#ffffff", "#2573b3"),
    "unknown": ("#54585f", "#ffffff", "#6d7279"),
}  # fmt: skip


# An alert equals itself by its key, and what was published never changes.
@lru_cache(maxsize=64)
def card(alert: Alert, standing: Standing, language: str) -> bytes:
    """One version as it stands, in a language."""
    sheet = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), _PAPER)
    sheet.paste(_map(alert, standing), (_TEXT_WIDTH * _SCALE, 0))
    with translation.override(language):
        _write(ImageDraw.Draw(sheet), alert, standing, language)
    if alert.status != Status.ACTUAL:
        _hatch(sheet)
    out = io.BytesIO()
    sheet.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


def _map(alert: Alert, standing: Standing) -> Image.Image:
    areas = [alert.area] if alert.area else []
    frame = drawing.around(areas, (WIDTH - _TEXT_WIDTH) * _SCALE, HEIGHT * _SCALE)
    picture = Image.new("RGB", (frame.width, frame.height), _GROUND["sheet"])
    pen = ImageDraw.Draw(picture)
    for thing in drawing.ground(frame):
        _draw(pen, thing)
    fill, _on, edge = _SEVERITIES[Severity(alert.severity).slug]
    over = Image.new("L", picture.size, 0)
    for area in areas:
        drawn = drawing.outline(area, frame)
        if standing == Standing.CURRENT:
            for ring in drawn.lines:
                ImageDraw.Draw(over).polygon(ring, fill=90)
            picture.paste(Image.new("RGB", picture.size, fill), mask=over)
        for ring in drawn.lines:
            ImageDraw.Draw(picture).line(ring, fill=edge, width=4 * _SCALE, joint="curve")
    return picture


def _draw(pen: ImageDraw.ImageDraw, thing: drawing.Drawn) -> None:
    for line in thing.lines:
        if thing.is_area and len(line) > 2:
            pen.polygon(line, fill=_GROUND[thing.kind])
        elif not thing.is_area and len(line) > 1:
            pen.line(line, fill=_GROUND[thing.kind], width=_WIDTHS[thing.kind] * _SCALE, joint="curve")


def _write(pen: ImageDraw.ImageDraw, alert: Alert, standing: Standing, language: str) -> None:
    severity = Severity(alert.severity)
    fill, on, _edge = _SEVERITIES[severity.slug]
    words = content.words_in(alert, language)
    is_over = standing != Standing.CURRENT
    pen.rectangle((0, 0, 20 * _SCALE, HEIGHT * _SCALE), fill=_QUIET if is_over else fill)
    x, y = 64, 64
    for word in marks(alert, standing):
        x = _plate(pen, x, y, word, _INK, _PAPER) + 12
    _plate(pen, x, y, str(severity.label), _QUIET if is_over else fill, _PAPER if is_over else on)
    y += 84
    for line in _wrapped(words.headline, _font(44, bold=True), _TEXT_WIDTH - 112, at_most=5):
        pen.text((64 * _SCALE, y * _SCALE), line, font=_font(44, bold=True), fill=_QUIET if is_over else _INK)
        y += 56
    y += 12
    for line in _wrapped(content.place_in(alert, language), _font(26), _TEXT_WIDTH - 112, at_most=2):
        pen.text((64 * _SCALE, y * _SCALE), line, font=_font(26), fill=_INK)
        y += 36
    pen.text((64 * _SCALE, 520 * _SCALE), _when(alert), font=_font(22), fill=_QUIET)
    foot = f"{settings.SITE_NAME} {settings.CITY_NAME} · {_('In danger? Call 911')}"
    pen.text((64 * _SCALE, 556 * _SCALE), foot, font=_font(22, bold=True), fill=_INK)


def _when(alert: Alert) -> str:
    sent = timezone.localtime(alert.published_at)
    return f"{alert.partner.name}, {formats.date_format(sent, 'j F Y, H:i')}"


def _plate(pen: ImageDraw.ImageDraw, x: int, y: int, word: str, fill: str, on: str) -> int:
    """A word on a plate; returns where it ends."""
    font = _font(26, bold=True)
    end = x + round(font.getlength(word) / _SCALE) + 32
    pen.rounded_rectangle([n * _SCALE for n in (x, y, end, y + 52)], radius=8 * _SCALE, fill=fill)
    pen.text(((x + 16) * _SCALE, (y + 10) * _SCALE), word, font=font, fill=on)
    return end


def _wrapped(text: str, font: Any, width: int, *, at_most: int) -> list[str]:
    """Lines no wider than this; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width * _SCALE:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= at_most else [*lines[: at_most - 1], lines[at_most - 1].rstrip(".,;") + "…"]


def _hatch(sheet: Image.Image) -> None:
    """Nobody takes it for real: stripes along the top and the foot."""
    pen, step = ImageDraw.Draw(sheet), 24 * _SCALE
    for top in (0, (HEIGHT - 24) * _SCALE):
        for x in range(-step, WIDTH * _SCALE + step, 2 * step):
            pen.polygon(
                [(x, top + step), (x + step, top), (x + 2 * step, top), (x + step, top + step)], fill=_INK
            )


@lru_cache(maxsize=8)
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONTS / ("VeraBd.ttf" if bold else "Vera.ttf")), size * _SCALE)
