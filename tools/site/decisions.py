"""The list of decisions, made from their titles."""

from tools.site.staging import ROOT

FOLDER = ROOT / "docs/decisions"
PAGE = FOLDER / "README.md"
_HEAD = """# Decisions / 各项决定

Why things are as they are: context, decision, consequences, a page each. 每页写明背景、决定和后果（英文）。

"""


def listed() -> str:
    """Return the list as a page."""
    titles = {
        path.name: path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        for path in sorted(FOLDER.glob("[0-9]*.md"))
    }
    return _HEAD + "".join(f"- [{title}]({name})\n" for name, title in titles.items())


def write() -> None:
    """Write the page."""
    PAGE.write_text(listed(), "utf-8")
