"""What an OpenID Connect provider is asked and what it answers: discovery, the exchange of a code, and a token that is checked.

Source    OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3 (code flow, checks of the ID token); RFC 7636 (PKCE, S256);
          OpenID Connect Discovery 1.0, section 4
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from assuage.errors import Problem, RegistryError
from assuage.web.settings import Identity

# A provider that does not answer within so long (s) is down for who waits at the screen.
PATIENCE = 5.0
# Clocks of two servers may differ by so much (s).
CLOCKS = 60
# The provider's own words for signatures of keys that it publishes; none that a client's secret could make.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
ISSUER, CLIENT, SECRET, NAME = "ASSUAGE_OIDC_ISSUER", "ASSUAGE_OIDC_CLIENT", "ASSUAGE_OIDC_SECRET", "ASSUAGE_OIDC_NAME"


T = TypeVar("T")


class NotProved(RegistryError):
    """What the provider answered proves nobody, or it did not answer."""


class Places(msgspec.Struct, frozen=True):
    """Addresses of a provider, as its own discovery document says them."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Begun(msgspec.Struct, frozen=True):
    """A sign-in elsewhere that has begun: what its answer is held against, and where to go on. Kept in a closed cookie."""

    state: str
    nonce: str
    verifier: str
    next: str
    at: dt.datetime
    # The account that proves itself again; none for a sign-in.
    again: str | None


def from_environment(environment: Mapping[str, str] = os.environ) -> Identity | None:
    """The provider that the environment names; none where it names none. The secret is never a word of a command."""
    issuer, client = environment.get(ISSUER), environment.get(CLIENT)
    if not issuer and not client:
        return None
    if not issuer or not client:
        raise RegistryError(
            Problem("one of issuer and client", "the environment", f"{ISSUER} and {CLIENT}", "set both, or neither")
        )
    _refuse_open(issuer)
    return Identity(issuer, client, environment.get(SECRET), environment.get(NAME) or "the hospital's sign-in")


def _refuse_open(address: str) -> None:
    """Refuse an address that is neither https nor of this machine."""
    found = urlsplit(address)
    try:
        is_here = ipaddress.ip_address(found.hostname or "").is_loopback
    except ValueError:
        is_here = found.hostname == "localhost"
    if found.scheme != "https" and not (found.scheme == "http" and is_here):
        raise NotProved(
            Problem(f"the address {address}", "the sign-in elsewhere", "https, or this machine", "correct it")
        )


def places(identity: Identity) -> Places:
    """Where to ask. Errors: `NotProved` where the provider does not answer, or says that it is another one."""
    found = _asked("GET", f"{identity.issuer.rstrip('/')}/.well-known/openid-configuration", Places)
    if found.issuer != identity.issuer:
        raise _not(f"an issuer {found.issuer}", identity.issuer)
    for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
        _refuse_open(address)
    return found


def begin(next: str, *, at: dt.datetime, again: str | None) -> Begun:
    """Random state, nonce and verifier for one sign-in."""
    return Begun(generate_token(43), generate_token(43), generate_token(64), next, at, again)


def question(identity: Identity, where: Places, begun: Begun, back: str) -> str:
    """The address that the browser is sent to."""
    words = {
        "response_type": "code", "scope": "openid", "client_id": identity.client_id, "redirect_uri": back, "state": begun.state,
        "nonce": begun.nonce, "code_challenge": create_s256_code_challenge(begun.verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    if begun.again is not None:
        # Who signs proves it now, whatever the provider remembers of an earlier sign-in.
        words |= {"prompt": "login", "max_age": "0"}
    return f"{where.authorization_endpoint}{'&' if '?' in where.authorization_endpoint else '?'}{urlencode(words)}"


class Tokens(msgspec.Struct, frozen=True):
    """What a code is exchanged for; only the ID token is used."""

    id_token: str


def subject(identity: Identity, begun: Begun, *, code: str, back: str, now: dt.datetime) -> str:
    """The `sub` of who signed in there, after every check of the token.

    Errors    `NotProved` for a code that is not exchanged, a signature that is not of the provider's keys, another issuer,
              client or nonce, a token that expired, or a proof that is not of now where one was asked for
    """
    where = places(identity)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
    auth = None
    if identity.client_secret is None:
        form["client_id"] = identity.client_id
    else:
        auth = httpx.BasicAuth(identity.client_id, identity.client_secret)
    tokens = _asked("POST", where.token_endpoint, Tokens, data=form, auth=auth)
    keys = _asked("GET", where.jwks_uri, dict[str, Any])
    claims = _claims(identity, begun, tokens.id_token, keys=keys, now=now)
    if begun.again is not None:
        proved = claims.get("auth_time")
        if not isinstance(proved, int | float) or proved < begun.at.timestamp() - CLOCKS:
            raise _not("a sign-in of earlier", "one of now")
    return str(claims["sub"])


def _claims(
    identity: Identity, begun: Begun, token: str, *, keys: Mapping[str, Any], now: dt.datetime
) -> Mapping[str, Any]:
    """The claims of a token, after its signature, issuer, client, nonce and time were checked."""
    try:
        known = KeySet.import_key_set(dict(keys))  # type: ignore[arg-type]
        decoded = jwt.decode(token, known, algorithms=ALGORITHMS)
        checked = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={"iss": {"essential": True, "value": identity.issuer}, "aud": {"essential": True, "value": identity.client_id},
                     "nonce": {"essential": True, "value": begun.nonce}, "sub": {"essential": True}},
            params={"nonce": begun.nonce, "client_id": identity.client_id},
        )  # fmt: skip
        checked.validate(now=int(now.timestamp()), leeway=CLOCKS)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _not(
            f"a token that does not hold ({error})", "a token of the provider, for this program and this sign-in"
        ) from None
    claims: Mapping[str, Any] = checked
    return claims


def _asked(method: str, address: str, kind: type[T], **sent: Any) -> T:
    try:
        answer = httpx.request(method, address, timeout=PATIENCE, follow_redirects=False, **sent)
    except httpx.HTTPError as error:
        raise _not(f"no answer ({type(error).__name__})", "an answer of the provider") from None
    if answer.status_code != httpx.codes.OK:
        raise _not(f"the answer {answer.status_code}", "an answer of the provider")
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except msgspec.MsgspecError as error:
        raise _not(f"an answer that cannot be read ({error})", "an answer of the provider") from None


def _not(what: str, expected: str) -> NotProved:
    return NotProved(
        Problem(what, "the sign-in elsewhere", expected, "try again, or sign in with an account of this program")
    )
