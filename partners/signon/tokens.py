"""Reading an ID token: who signed it, for whom, until when (OpenID Connect Core 1.0, 3.1.3.7). A rule; asks nobody."""

from typing import Any

import jwt

# Public keys only: a token "signed" with none, or with the client's secret, is anybody's.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NEEDED = ["iss", "sub", "aud", "exp", "iat"]
# How far the provider's clock may be from ours.
LEEWAY_SECONDS = 60


class NotTrusted(Exception):
    """It is forged, for somebody else, or too old."""


def read(token: str, keys: dict[str, Any], *, issuer: str, client_id: str) -> dict[str, Any]:
    """What it says, if one of the provider's own keys signed it, for us, and it still counts. Raises NotTrusted.

    `keys` is the provider's JSON Web Key Set. Whether it answers our question, the nonce says: `SocialAdapter` asks.
    """
    try:
        said = jwt.decode(
            token,
            _key(token, keys),
            algorithms=ALGORITHMS,
            issuer=issuer,
            audience=client_id,
            leeway=LEEWAY_SECONDS,
            options={"require": NEEDED},
        )
    except jwt.PyJWTError as error:
        raise NotTrusted(str(error)) from error
    # A token for several clients names the one it was made for.
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("azp", None if several else client_id) != client_id:
        raise NotTrusted("It was made for another client.")
    return said


def _key(token: str, keys: dict[str, Any]) -> jwt.PyJWK:
    """The key the token names; where it names none, the only one there is."""
    signing = [key for key in jwt.PyJWKSet.from_dict(keys).keys if key.public_key_use in ("sig", None)]
    name = jwt.get_unverified_header(token).get("kid")
    found = [key for key in signing if name is None or key.key_id == name]
    if len(found) != 1:
        raise NotTrusted("No key of the provider's fits it.")
    return found[0]
