"""Segments as the network counts them, and signatures as Twilio makes them."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from cityalert.sandbox.segments import count
from cityalert.sandbox.webhooks import sign
from tests.sandbox.conftest import SHARED


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("x" * 152 + "€" + "x" * 152, 3),
        ("\U0001f525" * 35, 1),
        ("\U0001f525" * 36, 2),
        ("\N{NO-BREAK SPACE}" + "x" * 70, 2),
    ],
)
def test_segments(body: str, segments: int) -> None:
    assert count(body) == segments


def vectors() -> list[dict[str, Any]]:
    path = SHARED / "signature_vectors.json"
    return json.loads(path.read_text())["vectors"] if path.exists() else []


def test_signatures_are_twilios() -> None:
    """Those Twilio makes today; older forms that a verifier still accepts are not ours."""
    known = {vector["name"]: vector for vector in vectors()}
    if not known:
        pytest.skip("Twilio's signature vectors are not at ../shared/data/twilio")

    for vector in known.values():
        made = sign(
            vector["uri"], QueryDict(urlencode([tuple(pair) for pair in vector["params"]])), vector["token"]
        )
        if vector["name"].startswith("NEG_"):
            # A changed body keeps its signature: that the digest no longer fits is the verifier's to see.
            assert made != vector["signature"] or vector["name"] == "NEG_json_body_changed"
        elif not vector["name"].endswith("_accepted"):
            assert made == vector["signature"], vector["name"]
