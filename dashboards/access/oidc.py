"""Signing in by OpenID Connect: the code flow with PKCE, the identity told in a signed token."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from dashboards.access.attempts import Attempt
from dashboards.access.errors import AccessError
from dashboards.access.settings import Oidc

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")  # none that shares a secret
CLOCKS_DIFFER = 60  # seconds
_PATIENCE = 10.0  # seconds

logger = logging.getLogger(__name__)


class ProviderError(AccessError):
    """The identity provider cannot be asked, or does not say who somebody is."""

    status = 502
    slug = "fault"


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider is asked what."""

    authorization: str
    token: str
    keys: str


def provider_of(oidc: Oidc) -> Provider:
    """Return what a provider says about itself."""
    found = _json("GET", f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != oidc.issuer:
        raise _wrong("issuer")
    try:
        return Provider(found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"])
    except KeyError as error:
        raise _wrong(str(error)) from error


def address_to_ask(oidc: Oidc, provider: Provider, attempt: Attempt, back: str) -> str:
    """Return where a browser is sent to sign in."""
    asked = {
        "response_type": "code",
        "client_id": oidc.client_id,
        "redirect_uri": back,
        "scope": "openid profile",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": create_s256_code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
    }
    return f"{provider.authorization}{'&' if '?' in provider.authorization else '?'}{urlencode(asked)}"


def name_told(oidc: Oidc, provider: Provider, attempt: Attempt, back: str, code: str) -> str:
    """Return the name of who signed in at the provider, proved by its signature."""
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": oidc.client_id,
        "code_verifier": attempt.verifier,
    }
    if oidc.client_secret:
        sent["client_secret"] = oidc.client_secret
    answer = _json("POST", provider.token, data=sent)
    claims = _proved(oidc, provider, attempt, str(answer.get("id_token", "")))
    name = claims.get(oidc.name_claim)
    if not isinstance(name, str) or not name:
        raise _wrong(oidc.name_claim)
    return name


def _proved(oidc: Oidc, provider: Provider, attempt: Attempt, token: str) -> Mapping[str, Any]:
    try:
        keys = KeySet.import_key_set(_json("GET", provider.keys))  # type: ignore[arg-type]
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=CLOCKS_DIFFER,
            iss={"essential": True, "value": oidc.issuer},
            aud={"essential": True, "value": oidc.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": attempt.nonce},
        ).validate(claims)
    except (JoseError, ValueError) as error:
        logger.warning("an identity token was refused: %s", error)
        raise _wrong("id_token") from error
    return claims


def _json(method: str, address: str, **sent: Any) -> dict[str, Any]:
    try:
        answer = httpx.request(method, address, timeout=_PATIENCE, follow_redirects=False, **sent)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        logger.warning("the identity provider did not answer at %s: %s", address, error)
        raise ProviderError(
            "the identity provider does not answer as it should; sign in with name and password, "
            "or try again later"
        ) from error
    return found if isinstance(found, dict) else {}


def _wrong(part: str) -> ProviderError:
    return ProviderError(
        "what the identity provider says about {part} cannot be trusted; tell the administrator", part=part
    )
