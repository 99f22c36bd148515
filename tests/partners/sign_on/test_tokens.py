"""ID tokens: forged, borrowed, old, or made for another question."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from partners.signon import provider as ours
from partners.signon import tokens
from tests.partners.sign_on.visit import is_in, saying, show_who, text

ISSUER, CLIENT = "https://login.arena.example", "city"
THEIRS, ANOTHERS = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
PUBLIC = THEIRS.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def published(key, kid="one"):
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"}


KEYS = {"keys": [published(THEIRS)]}


def token(at, *, key=THEIRS, alg="RS256", kid="one", without="", **claims):
    said = {"iss": ISSUER, "sub": "vera", "aud": CLIENT, "iat": at, "exp": at + timedelta(minutes=5)} | claims
    said.pop(without, None)
    return jwt.encode(said, key, algorithm=alg, headers={"kid": kid} if kid else None)


def read(said):
    return tokens.read(said, KEYS, issuer=ISSUER, client_id=CLIENT)


def signed_with_what_is_public(at):
    """The old trick: HS256, with the provider's public key as the secret."""
    head, body, _none = token(at, key="x" * 32, alg="HS256").split(".")
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    signature = mac.sign(f"{head}.{body}".encode(), PUBLIC)
    return f"{head}.{body}.{jwt.utils.base64url_encode(signature).decode()}"


def test_a_token_of_the_providers_own_is_read(at):
    assert read(token(at))["sub"] == "vera"
    assert read(token(at, kid=None))["sub"] == "vera"
    assert read(token(at, aud=[CLIENT, "other"], azp=CLIENT))["sub"] == "vera"


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(lambda at: token(at, key=ANOTHERS), id="signed by somebody else"),
        pytest.param(lambda at: token(at, kid="two"), id="by a key nobody published"),
        pytest.param(lambda at: token(at, key=None, alg="none"), id="signed by nobody"),
        pytest.param(lambda at: token(at, key="secret", alg="HS256"), id="signed with the client's secret"),
        pytest.param(signed_with_what_is_public, id="signed with what is public"),
        pytest.param(lambda at: token(at)[:-4] + "AAAA", id="another signature"),
        pytest.param(lambda at: token(at, iss="https://evil.example"), id="of another issuer"),
        pytest.param(lambda at: token(at, aud="other"), id="for another client"),
        pytest.param(lambda at: token(at, aud=[CLIENT, "other"]), id="for several, and does not say which"),
        pytest.param(lambda at: token(at, azp="other"), id="handed on by another client"),
        pytest.param(lambda at: token(at, exp=at - timedelta(minutes=2)), id="out of date"),
        pytest.param(lambda at: token(at, without="exp"), id="without an end"),
        pytest.param(lambda at: token(at, without="sub"), id="about nobody"),
        pytest.param(lambda _at: "nonsense", id="no token at all"),
    ],
)
def test_a_forged_token_is_not_trusted(at, forged):
    with pytest.raises(tokens.NotTrusted):
        read(forged(at))


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": ["x"]}, {"keys": [{"kty": "oct", "k": "eA"}]}])
def test_keys_that_are_none_trust_nothing(at, keys):
    with pytest.raises(tokens.NotTrusted):
        tokens.read(token(at), keys, issuer=ISSUER, client_id=CLIENT)


def another_nonce(address):
    parts = urlsplit(address)
    return parts._replace(
        query=urlencode(dict(parse_qsl(parts.query)) | {"nonce": "of another page"})
    ).geturl()


def no_nonce(address):
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    del asked["nonce"]
    return parts._replace(query=urlencode(asked)).geturl()


@pytest.mark.django_db
@pytest.mark.parametrize("on_the_way", [another_nonce, no_nonce])
def test_a_token_made_for_another_question_lets_nobody_in(client, arena, on_the_way):
    answer = show_who(client, arena, "vera", on_the_way=on_the_way)

    assert answer.status_code == 403
    assert "did not say clearly who you are" in text(answer)
    assert not is_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("published", "status", "said"),
    [
        (json.dumps(KEYS), 200, "did not say clearly who you are"),
        ("[]", 200, "we do not understand"),
        ("nonsense", 200, "was not finished"),
        ("{}", 503, "was not finished"),
    ],
)
def test_whom_keys_of_somebody_else_vouch_for_stays_outside(
    client, arena, settings, monkeypatch, published, status, said
):
    discovered = ours.discover
    with saying(published, status) as elsewhere:
        settings.SIGN_ON_TRUSTED = [*settings.SIGN_ON_TRUSTED, elsewhere]
        monkeypatch.setattr(ours, "discover", lambda issuer: discovered(issuer) | {"jwks_uri": elsewhere})
        answer = show_who(client, arena, "vera")

    assert answer.status_code == 403
    assert said in text(answer)
    assert not is_in(client)
