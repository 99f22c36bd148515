"""Every route at once, as one person."""

from django.db import transaction
from django.test import Client

from tests.door import let_in
from tests.rules.test_access_matrix import _NEVER, SENT, address


def answers(person, alert, names=SENT):
    """The status of each route for GET and an empty POST; whatever it did is taken back.

    Asked as a program does, which is refused in a line: most are, and the page that says so takes longest to make.
    """
    found, client = {}, let_in(Client(headers={"accept": "application/json"}), person)
    cookies = dict(client.cookies)
    for name in names:
        url = address(name, alert)
        for method, codes in zip(("get", "post"), SENT[name], strict=True):
            if codes is _NEVER:  # before anybody is looked at: test_access_matrix.py
                found[name, method] = 405
                continue
            with transaction.atomic():
                client.cookies.clear()
                client.cookies.update(cookies)
                found[name, method] = getattr(client, method)(url).status_code
                transaction.set_rollback(True)
    return found
