"""Twilio's Calls API: make a call, look at one, list those to a number. Who asks is known already (`api`)."""

import re
from collections.abc import Mapping
from typing import Any

from cityalert.sandbox.calls import Calls
from cityalert.sandbox.errors import refusal
from cityalert.sandbox.messages import API

PATH = re.compile(rf"/{API}/Accounts/(AC[0-9a-fA-F]{{32}})/Calls(?:/(CA[0-9a-fA-F]{{32}}))?\.json")


def answer(
    calls: Calls, account: str, method: str, path: str, fields: Mapping[str, str], query: Mapping[str, str]
) -> tuple[dict[str, Any], int]:
    """The body and the status; raises Refusal."""
    match = PATH.fullmatch(path)
    if not match or match[1] != account:
        raise refusal(20404, path)
    sid = match[2]
    if method == "POST" and not sid:
        return calls.place(dict(fields), account).as_json(), 201
    if method != "GET":
        raise refusal(20004)
    if not sid:
        shown = [call.as_json() for call in calls.to(query.get("To", ""))][:50]
        return {"calls": shown, "page": 0, "page_size": 50, "next_page_uri": None, "uri": path}, 200
    found = next((call for call in calls.made if call.sid == sid), None)
    if found is None:
        raise refusal(20404, path)
    return found.as_json(), 200
