"""What an operating system or a library says went wrong, in the reader's language; they say it in English.

Those that people meet stand here, each with its Chinese. What is not known is told as the English it is.
"""

import errno
import re
from dataclasses import dataclass
from json import JSONDecodeError
from tomllib import TOMLDecodeError

from eventlogs.language import current_language, say, sayable
from eventlogs.library_words import LIBRARY_WORDS

KNOWN = {
    errno.EACCES: sayable("Permission denied"),
    errno.EPERM: sayable("Operation not permitted"),
    errno.ENOENT: sayable("No such file or directory"),
    errno.EISDIR: sayable("Is a directory"),
    errno.ENOTDIR: sayable("Not a directory"),
    errno.EEXIST: sayable("File exists"),
    errno.ENOTEMPTY: sayable("Directory not empty"),
    errno.ENAMETOOLONG: sayable("File name too long"),
    errno.ENOSPC: sayable("No space left on device"),
    errno.EDQUOT: sayable("Disk quota exceeded"),
    errno.EFBIG: sayable("File too large"),
    errno.EROFS: sayable("Read-only file system"),
    errno.EIO: sayable("Input/output error"),
    errno.EBUSY: sayable("Device or resource busy"),
    errno.EMFILE: sayable("Too many open files"),
    errno.ENFILE: sayable("Too many open files in system"),
    errno.ENOMEM: sayable("Cannot allocate memory"),
    errno.ELOOP: sayable("Too many levels of symbolic links"),
    errno.EINVAL: sayable("Invalid argument"),
    errno.EPIPE: sayable("Broken pipe"),
    errno.EADDRINUSE: sayable("Address already in use"),
    errno.EADDRNOTAVAIL: sayable("Cannot assign requested address"),
    errno.ECONNREFUSED: sayable("Connection refused"),
    errno.ECONNRESET: sayable("Connection reset by peer"),
    errno.ECONNABORTED: sayable("Software caused connection abort"),
    errno.ETIMEDOUT: sayable("Connection timed out"),
    errno.EHOSTUNREACH: sayable("No route to host"),
    errno.ENETUNREACH: sayable("Network is unreachable"),
}
_OTHERS = (  # of sockets, name servers and libraries, which give no number
    sayable("timed out"),
    sayable("Name or service not known"),
    sayable("Temporary failure in name resolution"),
    sayable("No address associated with hostname"),
    sayable("server closed the connection unexpectedly"),
    sayable("password authentication failed"),
    sayable("certificate verify failed"),
)

_HAS_CHINESE = re.compile("[\u4e00-\u9fff]")  # said already
_AT = re.compile(r"at line (?P<line>\d+), column (?P<column>\d+)")


@dataclass(frozen=True)
class LibraryFault:
    """What a library says went wrong, as a value of a sentence."""

    text: str

    def __str__(self) -> str:
        """Return it in the current language."""
        return told_fault(self.text)


def told_fault(fault: BaseException | str) -> str:
    """Return what went wrong in the current language, without the file, which the sentence around it names.

    Of a library's sentence that holds one of the system's, the Chinese is of that alone.
    """
    if place := _place_in_text(fault):
        return place
    number = fault.errno if isinstance(fault, OSError) else None
    if number in KNOWN:
        return say(KNOWN[number])
    told = _bare(fault)
    if current_language() == "en":
        return told
    for known in (*KNOWN.values(), *_OTHERS, *LIBRARY_WORDS):
        if known in told:
            return say(known)
    return told if _HAS_CHINESE.search(told) else say("its own words: {text}", text=told)


def _place_in_text(fault: BaseException | str) -> str | None:
    """Return where a file is not written as JSON, TOML or UTF-8 is; in English the reader's own sentence."""
    if current_language() == "en" or isinstance(fault, str):
        return None
    if isinstance(fault, UnicodeDecodeError):
        return say("byte {number} is no UTF-8", number=fault.start + 1)
    if isinstance(fault, JSONDecodeError):
        return say("at line {line}, column {column}", line=fault.lineno, column=fault.colno)
    if isinstance(fault, TOMLDecodeError):
        found = _AT.search(str(fault))
        return say("at line {line}, column {column}", **found.groupdict()) if found else say("at its end")
    return None


def _bare(fault: BaseException | str) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return str(fault.strerror)
    return str(fault) or type(fault).__name__
