"""Every route, for everybody: what they get. A route that is not in the table fails the run."""

import re
from collections.abc import Iterator
from copy import deepcopy
from http.cookies import SimpleCookie
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from cityalert.agreements.models import Agreement, Signing
from cityalert.delivery.models import Recipient
from partners.models import Site
from tests.alerts.writing import draft, published
from tests.door import let_in
from tests.partners.sharing import group
from tests.rules.others import one_of_each

pytestmark = pytest.mark.django_db

# Otto was told nothing. Corin was told. Pim's city was told, and Pim only reads. Avery wrote it.
WHO = ("anonymous", "otto", "corin", "pim", "avery")

# A sharing group that Avery's partner runs and Corin's is in; neither of them decides for their partner.
GROUP = UUID("5d6f7e0a-9f4e-4f0e-8d0e-2c8b7a1c0de5")

# Signing in and one's own account are allauth's routes: nobody else's things are behind them (tests/accounts).
# The administration pages ask for staff themselves.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "admin:")

_NEVER = (405, 405, 405, 405, 405)

# What GET and an empty POST answer, in the order of WHO. 302 to the outside is the way to the door.
# The alert has been published:
SENT = {
    "web:home": ((302, 200, 200, 200, 200), _NEVER),
    "web:set_language": (_NEVER, (302, 302, 302, 302, 302)),
    "web:styleguide": ((302, 302, 302, 302, 302), (302, 302, 302, 302, 302)),
    "web:channels": ((302, 404, 404, 404, 404), _NEVER),
    "web:healthz": ((200, 200, 200, 200, 200), _NEVER),
    "web:service_worker": ((200, 200, 200, 200, 200), _NEVER),
    "web:manifest": ((200, 200, 200, 200, 200), _NEVER),
    "web:offline": ((200, 200, 200, 200, 200), _NEVER),
    "account_end_session": (_NEVER, (302, 404, 404, 404, 404)),
    "demo_codes": ((404, 404, 404, 404, 404), _NEVER),
    "delivery:answer": ((200, 200, 200, 200, 200), (302, 302, 302, 302, 302)),
    "delivery:report": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "delivery:twilio_status": (_NEVER, (403, 403, 403, 403, 403)),
    "delivery:twilio_call": (_NEVER, (403, 403, 403, 403, 403)),
    "delivery:twilio_keys": (_NEVER, (403, 403, 403, 403, 403)),
    "delivery:mail_events": (_NEVER, (404, 404, 404, 404, 404)),
    "delivery:gateway_status": (_NEVER, (403, 403, 403, 403, 403)),
    "delivery:gateway_inbound": (_NEVER, (403, 403, 403, 403, 403)),
    "delivery:twilio_inbound": (_NEVER, (403, 403, 403, 403, 403)),
    "alerts:inbox": ((302, 200, 200, 200, 200), _NEVER),
    "alerts:map": ((302, 200, 200, 200, 200), _NEVER),
    "alerts:seen": (_NEVER, (302, 204, 204, 204, 204)),
    "alerts:detail": ((302, 404, 200, 200, 200), _NEVER),
    "alerts:progress": ((302, 404, 200, 200, 200), _NEVER),
    "alerts:answer": ((302, 404, 302, 302, 404), _NEVER),
    "alerts:acknowledge": (_NEVER, (302, 404, 302, 404, 409)),
    "alerts:respond": (_NEVER, (302, 404, 422, 404, 422)),
    "alerts:report": ((302, 404, 200, 404, 404), (302, 404, 422, 404, 404)),
    "alerts:photo": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:sites": ((302, 404, 200, 200, 200), _NEVER),
    "alerts:cap": ((302, 404, 200, 200, 200), _NEVER),
    "alerts:reach": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:ask_again": (_NEVER, (302, 404, 404, 404, 302)),
    "alerts:reach_index": ((302, 404, 404, 200, 200), _NEVER),
    "alerts:new": (_NEVER, (302, 404, 404, 404, 302)),
    "alerts:compose": ((302, 404, 404, 404, 302), _NEVER),
    "alerts:preview": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:template": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:area": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save_area": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:audience": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save_audience": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:areas": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:retire_area": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:audiences": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:change_audience": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:discard": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:restore": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:beside": ((302, 404, 404, 404, 302), _NEVER),
    "alerts:translate": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:confirm": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:publish": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:submit": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:approve": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:return": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:reviews": ((302, 404, 404, 200, 404), _NEVER),
    "alerts:overdue": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:alone": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "alerts:review": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:policy": ((302, 200, 200, 200, 200), (302, 404, 404, 404, 404)),
    # Wording prepared beforehand: whoever writes alerts or runs the partner keeps it (tests/alerts/test_templates).
    "templates:list": ((302, 404, 404, 404, 200), _NEVER),
    "templates:new": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "templates:change": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "templates:retire": (_NEVER, (302, 404, 404, 404, 404)),
    "templates_staff:list": ((302, 404, 404, 404, 404), _NEVER),
    "templates_staff:new": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "templates_staff:change": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "templates_staff:retire": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:update": (_NEVER, (302, 404, 404, 404, 302)),
    "alerts:amend": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "alerts:end": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "alerts:correct": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:archive": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:cancel": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "members:invited": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "sign_on:find": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "sign_on:start": ((404, 404, 404, 404, 404), _NEVER),
    "sign_on:go": ((404, 404, 404, 404, 404), _NEVER),
    "sign_on:callback": ((404, 404, 404, 404, 404), _NEVER),
    "sign_on:settings": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "sign_on:take_down": (_NEVER, (302, 404, 404, 404, 404)),
    # One's own contact points, whoever one is (tests/preferences).
    "preferences:reached": ((302, 200, 200, 200, 200), (302, 422, 422, 422, 422)),
    "preferences:add_device": (_NEVER, (302, 422, 422, 422, 422)),
    "preferences:try_device": (_NEVER, (302, 404, 404, 404, 404)),
    "preferences:verify": (_NEVER, (302, 404, 404, 404, 404)),
    "preferences:send_again": (_NEVER, (302, 404, 404, 404, 404)),
    "preferences:hear_from": (_NEVER, (302, 404, 404, 404, 404)),
    "preferences:remove": (_NEVER, (302, 404, 404, 404, 404)),
    "members:choose": ((302, 200, 200, 200, 200), (302, 404, 404, 404, 404)),
    "members:list": ((302, 200, 200, 200, 200), _NEVER),
    "members:invite": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "members:member": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "members:suspend": (_NEVER, (302, 404, 404, 404, 404)),
    "members:restore": (_NEVER, (302, 404, 404, 404, 404)),
    "members:end": (_NEVER, (302, 404, 404, 404, 404)),
    "members:resend": (_NEVER, (302, 404, 404, 404, 404)),
    "members:withdraw": (_NEVER, (302, 404, 404, 404, 404)),
    # Every partner's people look in the directory, and all they look up counts (tests/directory).
    "directory:search": ((302, 200, 200, 200, 200), _NEVER),
    "directory:entry": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "directory:liaison": ((302, 200, 200, 200, 200), _NEVER),
    "directory:name_liaison": (_NEVER, (302, 404, 404, 404, 404)),
    "directory:remove_liaison": (_NEVER, (302, 404, 404, 404, 404)),
    "directory:partner": ((302, 404, 404, 404, 404), _NEVER),
    "directory:contact": (_NEVER, (302, 404, 404, 404, 404)),
    "auditor:latest": ((302, 404, 404, 404, 404), _NEVER),
    # Who is on duty, a partner's people read; how it is called is its managers' (tests/duty).
    "duty:roster": ((302, 200, 200, 200, 200), (302, 404, 404, 404, 404)),
    "duty:hours": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "duty:new_turns": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "duty:turns": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "duty:remove_turns": (_NEVER, (302, 404, 404, 404, 404)),
    "duty:swap": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "duty:remove_swap": (_NEVER, (302, 404, 404, 404, 404)),
    "duty:note": (_NEVER, (302, 422, 422, 404, 422)),
    "duty:policies": ((302, 404, 404, 404, 404), _NEVER),
    "duty:policy": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "duty:remove_policy": (_NEVER, (302, 404, 404, 404, 404)),
    "directory_staff:alarms": ((302, 404, 404, 404, 404), _NEVER),
    "directory_staff:lift": (_NEVER, (302, 404, 404, 404, 404)),
    # Of the tower, which is Corin's; its administrators change it (tests/partners/sites).
    "sites:list": ((302, 200, 200, 200, 200), _NEVER),
    "sites:add": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "sites:bring": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "sites:template": ((302, 404, 404, 404, 404), _NEVER),
    "sites:placing": ((302, 404, 404, 404, 404), _NEVER),
    "sites:look_up": (_NEVER, (302, 404, 404, 404, 404)),
    "sites:confirm": (_NEVER, (302, 404, 404, 404, 404)),
    "sites:undo": (_NEVER, (302, 404, 404, 404, 404)),
    "sites:detail": ((302, 404, 200, 404, 404), _NEVER),
    "sites:edit": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "sites:archive": (_NEVER, (302, 404, 403, 404, 404)),
    "sites:restore": (_NEVER, (302, 404, 403, 404, 404)),
    # A BIA's membership is its own people's (tests/businesses): none of these is of one.
    "businesses:list": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:csv": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:xlsx": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:call_down": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:add": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:board": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:leave_seat": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:fields": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:remove_field": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:import": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:columns": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:preview": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:apply": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:undo": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:give_up": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:cascades": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:say": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:cascade": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:end": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:pass_on": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    # Is it still right: a page for whoever has the link, and the BIA's own (tests/businesses/test_confirming).
    "businesses:answered": ((200, 200, 200, 200, 200), _NEVER),
    "businesses:still_right": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    # Residents subscribe: open to everybody, one's own page for whoever opened it by a code (tests/residents).
    "residents:choose": ((302, 302, 302, 302, 302), _NEVER),
    "residents:subscribe": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "residents:link": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "residents:code": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "residents:sent": ((200, 200, 200, 200, 200), _NEVER),
    "residents:open": ((200, 200, 200, 200, 200), (404, 404, 404, 404, 404)),
    "residents:mine": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "residents:add": (_NEVER, (404, 404, 404, 404, 404)),
    "residents:over": ((200, 200, 200, 200, 200), _NEVER),
    "residents:told": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "residents:brakes": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:asked": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:ask_some": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:ask_one": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:yearly": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:accept": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:decline": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:doubles": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:merge": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:are_two": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:undo_merge": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:detail": ((302, 404, 404, 404, 404), _NEVER),
    "businesses:edit": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "businesses:archive": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:restore": (_NEVER, (302, 404, 404, 404, 404)),
    "businesses:renew": (_NEVER, (302, 404, 404, 404, 404)),
    "groups:list": ((302, 200, 200, 200, 200), _NEVER),
    "groups:new": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "groups:detail": ((302, 404, 200, 404, 200), _NEVER),
    "groups:change": (_NEVER, (302, 404, 404, 404, 404)),
    "groups:invite": (_NEVER, (302, 404, 403, 404, 403)),
    "groups:answer": (_NEVER, (302, 404, 403, 404, 403)),
    "groups:leave": (_NEVER, (302, 404, 403, 404, 403)),
    "groups:open": (_NEVER, (302, 404, 404, 404, 404)),
    "groups:participant": (_NEVER, (302, 404, 404, 404, 404)),
    # Alerts of others: whoever writes sees them, administrators say where they come from (tests/exchange).
    "exchange:list": ((302, 404, 404, 404, 200), _NEVER),
    "exchange:upload": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "exchange:detail": ((302, 404, 404, 404, 404), _NEVER),
    "exchange:raw": ((302, 404, 404, 404, 404), _NEVER),
    "exchange:cap": ((302, 404, 404, 404, 404), _NEVER),
    "exchange:draft": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange:quarantine": ((302, 404, 404, 404, 200), _NEVER),
    "exchange:kept": ((302, 404, 404, 404, 404), _NEVER),
    "exchange:kept_raw": ((302, 404, 404, 404, 404), _NEVER),
    "exchange:try_again": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange:discard": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange:sources": ((302, 404, 404, 404, 200), _NEVER),
    "exchange:add_source": ((302, 404, 404, 404, 403), (302, 404, 404, 404, 403)),
    "exchange:source": ((302, 404, 404, 404, 403), (302, 404, 404, 404, 403)),
    "exchange:poll": (_NEVER, (302, 404, 404, 404, 403)),
    "exchange:remove_source": (_NEVER, (302, 404, 404, 404, 403)),
    "exchange_staff:sources": ((302, 404, 404, 404, 404), _NEVER),
    "exchange_staff:add_source": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "exchange_staff:source": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "exchange_staff:poll": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange_staff:remove_source": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange_staff:quarantine": ((302, 404, 404, 404, 404), _NEVER),
    "exchange_staff:kept": ((302, 404, 404, 404, 404), _NEVER),
    "exchange_staff:kept_raw": ((302, 404, 404, 404, 404), _NEVER),
    "exchange_staff:try_again": (_NEVER, (302, 404, 404, 404, 404)),
    "exchange_staff:discard": (_NEVER, (302, 404, 404, 404, 404)),
    # Agreements: everybody reads, owners sign, and whoever runs the installation has pages of their own.
    "agreements:list": ((302, 200, 200, 200, 200), _NEVER),
    "agreements:read": ((302, 200, 200, 200, 200), _NEVER),
    "agreements:sign": (_NEVER, (302, 404, 404, 404, 404)),
    "agreements:text": ((302, 200, 200, 200, 200), _NEVER),
    "agreements:hub": ((302, 404, 404, 404, 404), _NEVER),
    "agreements:publish": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "agreements:hub_read": ((302, 404, 404, 404, 404), _NEVER),
    "agreements:countersign": (_NEVER, (302, 404, 404, 404, 404)),
    # Joining: a form for everybody, one's own application for whoever opened it by a link (tests/joining).
    "joining:apply": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "joining:invited": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "joining:sent": ((200, 200, 200, 200, 200), _NEVER),
    "joining:link": ((200, 200, 200, 200, 200), (422, 422, 422, 422, 422)),
    "joining:open": ((200, 200, 200, 200, 200), (404, 404, 404, 404, 404)),
    "joining:status": ((404, 404, 404, 404, 404), _NEVER),
    "joining:change": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "joining:sign": ((404, 404, 404, 404, 404), (404, 404, 404, 404, 404)),
    "joining:sponsoring": ((302, 404, 404, 404, 404), _NEVER),
    "joining:sponsor_invite": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "joining:answer": (_NEVER, (302, 404, 404, 404, 404)),
    "joining:hub": ((302, 404, 404, 404, 404), _NEVER),
    "joining:partner": ((302, 404, 404, 404, 404), _NEVER),
    "joining:suspend": (_NEVER, (302, 404, 404, 404, 404)),
    "joining:reinstate": (_NEVER, (302, 404, 404, 404, 404)),
    "joining:queue": ((302, 404, 404, 404, 404), _NEVER),
    "joining:invite": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "joining:application": ((302, 404, 404, 404, 404), _NEVER),
    "joining:act": (_NEVER, (302, 404, 404, 404, 404)),
    # What everybody may read, of which the restricted alert is no part (tests/public); keys for managers.
    "public:choose": ((302, 302, 302, 302, 302), _NEVER),
    "public:current": ((200, 200, 200, 200, 200), _NEVER),
    "public:feeds": ((200, 200, 200, 200, 200), _NEVER),
    "public:feed": ((200, 200, 200, 200, 200), _NEVER),
    "public:alert": ((404, 404, 404, 404, 404), _NEVER),
    "public:card": ((404, 404, 404, 404, 404), _NEVER),
    "public:cap": ((404, 404, 404, 404, 404), _NEVER),
    "public:partner_feed": ((404, 404, 404, 404, 404), _NEVER),
    "public:partner_cap": ((404, 404, 404, 404, 404), _NEVER),
    "hooks:list": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "hooks:hook": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "hooks:renew_secret": (_NEVER, (302, 404, 404, 404, 404)),
    "hooks:try_out": (_NEVER, (302, 404, 404, 404, 404)),
    "hooks:remove": (_NEVER, (302, 404, 404, 404, 404)),
    "hooks:send_again": (_NEVER, (302, 404, 404, 404, 404)),
    "feed_keys:list": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "feed_keys:revoke": (_NEVER, (302, 404, 404, 404, 404)),
    # Drills: none is planned, so there is none to be found (tests/exercises).
    "exercises:list": ((302, 404, 404, 200, 200), _NEVER),
    "exercises:plan": ((302, 404, 404, 404, 200), (302, 404, 404, 404, 422)),
    "exercises:drill": ((302, 404, 404, 404, 404), _NEVER),
    "exercises:call_off": (_NEVER, (302, 404, 404, 404, 404)),
    "exercises:start": (_NEVER, (302, 404, 404, 404, 404)),
    "exercises:run": ((302, 404, 404, 404, 404), _NEVER),
    "exercises:stop": (_NEVER, (302, 404, 404, 404, 404)),
    "exercises:csv": ((302, 404, 404, 404, 404), _NEVER),
    # Incidents: of none of these does anybody here take part (tests/incidents).
    "incidents:list": ((302, 200, 200, 200, 200), _NEVER),
    "incidents:open": (_NEVER, (302, 404, 404, 404, 422)),
    "incidents:waiting": ((302, 200, 200, 200, 200), _NEVER),
    "incidents:from_alert": (_NEVER, (302, 404, 404, 404, 302)),
    "incidents:detail": ((302, 404, 404, 404, 404), _NEVER),
    "incidents:story": ((302, 404, 404, 404, 404), _NEVER),
    "incidents:map": ((302, 404, 404, 404, 404), _NEVER),
    "incidents:report": ((302, 404, 404, 404, 404), _NEVER),
    "incidents:export": ((302, 404, 404, 404, 404), _NEVER),
    "incidents:note": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:tie": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:partners": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:close": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:reopen": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:ask": (_NEVER, (302, 404, 404, 404, 404)),
    "incidents:feedback": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "geo:zones": ((302, 200, 200, 200, 200), _NEVER),
    "geo:places": ((302, 200, 200, 200, 200), _NEVER),
}

# It is a draft: for everybody but its authors it is not there.
DRAFT = {
    "alerts:detail": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:progress": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:answer": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:acknowledge": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:respond": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:report": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "alerts:photo": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:sites": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:cap": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:ask_again": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:reach": ((302, 404, 404, 404, 404), _NEVER),
    "alerts:compose": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:preview": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:template": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:area": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save_area": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:audience": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:save_audience": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:discard": (_NEVER, (302, 404, 404, 404, 302)),
    "alerts:restore": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:beside": ((302, 404, 404, 404, 200), _NEVER),
    "alerts:translate": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:confirm": (_NEVER, (302, 404, 404, 404, 422)),
    "alerts:publish": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:submit": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:approve": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:return": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:update": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:amend": ((302, 404, 404, 404, 409), (302, 404, 404, 404, 409)),
    "alerts:alone": ((302, 404, 404, 404, 404), (302, 404, 404, 404, 404)),
    "alerts:review": (_NEVER, (302, 404, 404, 404, 404)),
    "alerts:end": ((302, 404, 404, 404, 302), (302, 404, 404, 404, 302)),
    "alerts:correct": ((302, 404, 404, 404, 409), _NEVER),
    "alerts:archive": (_NEVER, (302, 404, 404, 404, 409)),
    "alerts:cancel": ((302, 404, 404, 404, 409), (302, 404, 404, 404, 409)),
    "public:alert": ((404, 404, 404, 404, 404), _NEVER),
    "public:card": ((404, 404, 404, 404, 404), _NEVER),
    "public:cap": ((404, 404, 404, 404, 404), _NEVER),
    "public:partner_cap": ((404, 404, 404, 404, 404), _NEVER),
    "incidents:from_alert": (_NEVER, (302, 404, 404, 404, 404)),
}


def routes(patterns: list[URLPattern | URLResolver], inside: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else inside)
        elif not (name := f"{inside}{pattern.name}").startswith(ELSEWHERE) or name in SENT:
            yield name, pattern


ROUTES = dict(routes(get_resolver().url_patterns))


@pytest.fixture
def ask(cast):
    """What somebody is answered; whatever it did is taken back."""
    client = Client()
    signed_in = {who: let_in(Client(), getattr(cast, who)).cookies for who in WHO if who != "anonymous"}

    def ask(who, method, url):
        with transaction.atomic():
            client.cookies = deepcopy(signed_in.get(who, SimpleCookie()))
            response = getattr(client, method)(url)
            transaction.set_rollback(True)
        return response

    return ask


@pytest.fixture
def sent(cast, at):
    group("Towers", cast.avery.partner, cast.corin.partner, pk=GROUP)
    return published(cast.avery, at)


def address(name, alert, theirs=dict):
    """The way to a route. `theirs` gives the keys of what else belongs to somebody; without, there is no such thing."""
    values = {
        "alert_id": alert.pk,
        "received_id": alert.pk,
        "attempt_id": 1,
        "session_id": 1,
        "agreement_id": Agreement.objects.get(kind="sharing").pk,
        "signing_id": Signing.objects.first().pk,
        "site_id": Site.objects.get(name="King Bay Tower").pk,
        "group_id": GROUP,
        "act": "approve",
        "language": "en",
        "form": "atom",
        "severity": "severe",
    }
    wanted = ROUTES[name].pattern.converters
    if "token" in wanted:
        told = Recipient.objects.filter(notice=alert.notice_id, kind="member").first()
        values["token"] = told.token if told else "nothing"
    if set(wanted) - set(values):
        values |= theirs()
    for key, converter in wanted.items():
        values.setdefault(key, {UUIDConverter: uuid4(), IntConverter: 10**9}.get(type(converter), "none"))
    return reverse(name, kwargs={key: values[key] for key in wanted})


def test_every_route_is_in_the_table():
    assert sorted(ROUTES) == sorted(SENT)
    assert sorted(DRAFT) == sorted(n for n, p in ROUTES.items() if "alert_id" in p.pattern.converters)


def test_who_gets_what(sent, cast, at, ask):
    there = one_of_each(cast, at)
    assert_answers(ask, SENT, lambda name: address(name, sent, lambda: there))


def test_a_draft_is_there_for_its_authors_only(cast, at, ask):
    begun = draft(cast.avery, at)
    assert_answers(ask, DRAFT, lambda name: address(name, begun))


def assert_answers(ask, table, way):
    """Everybody is answered as the table says; whatever differs is named."""
    wanted = {(name, how): table[name][n] for name in table for n, how in enumerate(("get", "post"))}
    got = {
        (name, method): tuple(
            # What nobody may is refused before anybody is looked at.
            405 if codes is _NEVER and who in WHO[1:-1] else ask(who, method, way(name)).status_code
            for who in WHO
        )
        for (name, method), codes in wanted.items()
    }
    assert {key: codes for key, codes in got.items() if codes != wanted[key]} == {}


def test_not_yours_and_not_there_look_the_same(sent, ask):
    for name in DRAFT:
        assert_the_same(ask, address(name, sent), address(name, type(sent)(pk=uuid4())))


def test_what_is_another_partners_and_what_is_not_there_look_the_same(sent, cast, at, ask):
    theirs = one_of_each(cast, at)
    for name, route in ROUTES.items():
        if set(theirs) & set(route.pattern.converters):
            methods = [how for how, who in zip(("get", "post"), SENT[name], strict=True) if who is not _NEVER]
            assert_the_same(ask, address(name, sent, lambda: theirs), address(name, sent), methods)


def assert_the_same(ask, there, nowhere, methods=("get", "post")):
    """Otto is answered the same, to the byte."""
    for method in methods:
        answers = [ask("otto", method, url) for url in (there, nowhere)]
        bodies = [said_by(answer, url) for answer, url in zip(answers, (there, nowhere), strict=True)]
        assert answers[0].status_code == answers[1].status_code, (method, there)
        assert bodies[0] == bodies[1], (method, there)
        assert sorted(answers[0].headers) == sorted(answers[1].headers), (method, there)


def said_by(response, url):
    """The body, apart from what is every request's own: its address, its id, its form tokens."""
    text = re.sub(r"\b[A-Za-z0-9]{64}\b", "", response.content.decode().replace(url, ""))
    return text.replace(response.headers.get("X-Request-ID", "none"), "")
