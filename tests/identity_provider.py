"""A small identity provider of OpenID Connect on this machine, which signs everybody in as one name."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "retrofit", "known to both"


@dataclass
class IdentityProvider:
    """The provider: what it will say, and what it was asked."""

    issuer: str = ""
    name: str = "li"
    changed: dict[str, Any] = field(default_factory=dict)  # claims told otherwise than they should be
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signing: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # by code

    def authorize(self, address: str) -> str:
        """Sign somebody in who was sent to `address`, and return where they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Return the identity token for a code, once, to who knows secret and verifier."""
        asked = self.asked.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge or sent.get("client_secret") != SECRET:
            return None
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "17",
            "exp": int(time.time()) + 300,
            "iat": int(time.time()),
            "nonce": asked["nonce"],
            "preferred_username": self.name,
        } | self.changed
        header = {"alg": "RS256", "kid": "one"}
        return {"id_token": jwt.encode(header, claims, self.signing or self.key), "token_type": "Bearer"}


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Lend a provider that answers on this machine."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer = provider.issuer
            if self.path == "/keys":
                self._answer({"keys": [provider.key.as_dict(private=False)]})
            elif self.path == "/.well-known/openid-configuration":
                self._answer(
                    {
                        "issuer": issuer,
                        "authorization_endpoint": f"{issuer}/authorize",
                        "token_endpoint": f"{issuer}/token",
                        "jwks_uri": f"{issuer}/keys",
                    }
                )
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            answer = provider.token({name: values[0] for name, values in parse_qs(body).items()})
            if answer is None:
                self.send_error(400)
            else:
                self._answer(answer)

        def _answer(self, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
