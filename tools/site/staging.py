"""The files of the site: docs/ and the documents beside it, with links that hold inside the site.

In the repository a page links to files of the engine and names its other language in its first lines. On
the site there is a switch between the languages and no source, so the line goes and such a link becomes plain
words.
"""

import re
import shutil
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
STAGED = ROOT / "build/docs-source"
BESIDE = {
    "README.md": "readme.md",
    "README.zh.md": "readme.zh.md",
    "CONTRIBUTING.md": "contributing.md",
    "CONTRIBUTING.zh.md": "contributing.zh.md",
    "CHANGELOG.md": "changelog.md",
    "CHANGELOG.zh.md": "changelog.zh.md",
}
ASSETS = ("iframe-worker.js", "site.css")
_LINK = re.compile(r"(!?)\[([^\]\n]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")
_FENCED = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
_HAN = "[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e\u201c\u201d]"  # Chinese words and marks
_BREAK = re.compile(rf"(?<={_HAN})\n *(?={_HAN})")
_OTHER_LANGUAGE = re.compile(r"^(?:.*?)(?:中文[：:] ?|English: ?)\[[^\]]+\]\([^)]+\)\.?\n", re.MULTILINE)


def stage() -> Path:
    """Lay out the site's files anew and return where they are."""
    if STAGED.exists():
        shutil.rmtree(STAGED)
    STAGED.mkdir(parents=True)
    for source in (ROOT / "docs").rglob("*"):
        if source.is_file():
            _lay(source, PurePosixPath(source.relative_to(ROOT / "docs")))
    for name, page in BESIDE.items():
        _lay(ROOT / name, PurePosixPath(page))
    for name in ASSETS:
        shutil.copy(Path(__file__).parent / name, STAGED / name)
    return STAGED


def _lay(source: Path, page: PurePosixPath) -> None:
    target = STAGED / page
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix == ".md":
        target.write_text(on_site(source.read_text("utf-8"), source), "utf-8")
    else:
        shutil.copy(source, target)


def on_site(text: str, source: Path) -> str:
    """Return a document's text as it stands on the site."""
    if source.name.endswith(".zh.md"):
        text = "".join(map(_unbroken, _FENCED.split(text)))
    head, rest = text[:600], text[600:]
    return _LINK.sub(lambda link: _kept(link, source), _OTHER_LANGUAGE.sub("", head, count=1) + rest)


def _unbroken(part: str) -> str:
    """Join the lines of a Chinese paragraph, between which a browser would set a space."""
    return part if _FENCED.fullmatch(part) else _BREAK.sub("", part)


def _kept(link: re.Match[str], source: Path) -> str:
    sign, words, target, place = link[1], link[2], link[3], link[4] or ""
    if "://" in target or target.startswith("mailto:"):
        return link[0]
    found = (source.parent / target).resolve()
    page = _page_of(found)
    if page is None:
        return words
    here = _page_of(source)
    assert here is not None
    return f"{sign}[{words}]({_relative(page, here)}{place})"


def _page_of(path: Path) -> PurePosixPath | None:
    """Return where a file of the repository lies on the site, if it does."""
    inner = path.relative_to(ROOT).as_posix()
    if inner in BESIDE:
        return PurePosixPath(BESIDE[inner])
    if inner.startswith("docs/") and path.is_file():
        return PurePosixPath(inner.removeprefix("docs/"))
    return None


def _relative(page: PurePosixPath, here: PurePosixPath) -> str:
    shared = 0
    for mine, other in zip(here.parent.parts, page.parent.parts, strict=False):
        if mine != other:
            break
        shared += 1
    up = [".."] * (len(here.parent.parts) - shared)
    return "/".join([*up, *page.parts[shared:]])
