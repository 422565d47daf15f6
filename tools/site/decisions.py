"""The list of decisions, made from their titles; in the repository the folder itself is the list."""

from tools.site.staging import ROOT

FOLDER = ROOT / "docs/decisions"
PAGE = FOLDER / "README.md"


def listed() -> str:
    """Return the page of decisions with a link to each."""
    titles = {
        path.name: path.read_text("utf-8").splitlines()[0].removeprefix("# ")
        for path in sorted(FOLDER.glob("[0-9]*.md"))
    }
    return (
        PAGE.read_text("utf-8") + "".join(f"\n- [{title}]({name})" for name, title in titles.items()) + "\n"
    )
