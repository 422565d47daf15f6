"""What an operating system says went wrong, in the reader's language: its sentences are English.

Those that people meet stand here, each with its Chinese. What is not known stays as it is.
"""

import errno
from dataclasses import dataclass

from eventlogs.language import current_language, say, sayable

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
    number = fault.errno if isinstance(fault, OSError) else None
    if number in KNOWN:
        return say(KNOWN[number])
    told = _bare(fault)
    if current_language() == "en":
        return told
    return next((say(known) for known in (*KNOWN.values(), *_OTHERS) if known in told), told)


def _bare(fault: BaseException | str) -> str:
    if isinstance(fault, OSError) and fault.strerror:
        return str(fault.strerror)
    return str(fault) or type(fault).__name__
