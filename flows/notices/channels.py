"""The ways in which a message leaves; each says for certain that it did not, or that nobody can know."""

import hmac
import http.client
import os
import smtplib
import ssl
import time
from base64 import b64encode
from contextlib import closing
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from urllib.parse import quote, urlsplit

import orjson

from flows.notices.due import Message
from flows.notices.errors import NotDeliveredError, PerhapsDeliveredError
from flows.notices.settings import Folder, Mail, Robot

PATIENCE = 20.0  # seconds


def deliver(message: Message, mark: str) -> None:
    """Send a message; `mark` is the same for the same message, so that receivers see a repetition."""
    channel = message.channel
    if isinstance(channel, Mail):
        _mail(channel, message, mark)
    elif isinstance(channel, Robot):
        _robot(channel, message)
    elif isinstance(channel, Folder):
        _file(channel, message, mark)


def _mail(channel: Mail, message: Message, mark: str) -> None:
    letter = EmailMessage()
    letter["Subject"] = message.subject
    letter["From"] = channel.sender
    letter["To"] = ", ".join(channel.to)
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = f"<{mark}@retrofit.invalid>"
    letter.set_content(message.text)
    try:
        server = _connected(channel)
    except (OSError, smtplib.SMTPException) as error:
        raise _not_delivered(channel.name, error) from error
    try:
        server.send_message(letter)
    except (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
    ) as error:
        raise _not_delivered(channel.name, error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _perhaps(channel.name, error) from error
    finally:
        server.close()


def _connected(channel: Mail) -> smtplib.SMTP:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if channel.security == "tls":
        server = smtplib.SMTP_SSL(channel.host, channel.port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=PATIENCE)
    try:
        if channel.security == "starttls":
            server.starttls(context=context)
        if channel.user:
            server.login(channel.user, channel.password or "")
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _robot(channel: Robot, message: Message) -> None:
    # WeCom and DingTalk take the same body, and answer with an `errcode` that is 0 when it was taken
    body = orjson.dumps({"msgtype": "text", "text": {"content": message.text}})
    address = urlsplit(_signed(channel))
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    with closing(kind(address.netloc, timeout=PATIENCE)) as connection:
        try:
            connection.connect()
        except OSError as error:
            raise _not_delivered(channel.name, error) from error
        try:
            path = f"{address.path or '/'}?{address.query}"
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            status, told = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise _perhaps(channel.name, error) from error
    if status != http.HTTPStatus.OK or _errcode(told) != 0:
        raise _not_delivered(channel.name, f"{status} {told[:200].decode('utf-8', 'replace')}")


def _errcode(told: bytes) -> object:
    try:
        return orjson.loads(told).get("errcode")
    except (orjson.JSONDecodeError, AttributeError):
        return None


def _signed(channel: Robot) -> str:
    """Return the address, signed as DingTalk asks where a secret is set."""
    if channel.secret is None:
        return channel.url
    moment = str(round(time.time() * 1000))
    digest = hmac.digest(channel.secret.encode(), f"{moment}\n{channel.secret}".encode(), sha256)
    joint = "&" if urlsplit(channel.url).query else "?"
    return f"{channel.url}{joint}timestamp={moment}&sign={quote(b64encode(digest), safe='')}"


def _file(channel: Folder, message: Message, mark: str) -> None:
    """Write the message under a name that is the same whenever it is written again."""
    target = channel.folder / f"{mark}.txt"
    draft = target.with_suffix(f".{os.getpid()}.draft")
    try:
        channel.folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(message.text + "\n", "utf-8")
        draft.replace(target)
    except OSError as error:
        raise _not_delivered(channel.name, error) from error


def _not_delivered(name: str, reason: object) -> NotDeliveredError:
    return NotDeliveredError(
        "the channel {name} did not take the message: {reason}", name=name, reason=reason
    )


def _perhaps(name: str, reason: object) -> PerhapsDeliveredError:
    return PerhapsDeliveredError(
        "the channel {name} may have taken the message or not: {reason}", name=name, reason=reason
    )
