"""The list of decisions, made from their titles; in the repository the folder itself is the list."""

from pathlib import Path

from eventlogs.language import Language
from tools.site.staging import ROOT, on_site

FOLDER = ROOT / "docs/decisions"
PAGES = {"en": FOLDER / "README.md", "zh": FOLDER / "README.zh.md"}


def decisions(lang: Language) -> list[Path]:
    """Return the pages of the decisions in a language, by their numbers."""
    return sorted(path for path in FOLDER.glob("[0-9]*.md") if path.name.endswith(".zh.md") == (lang == "zh"))


def listed(lang: Language) -> str:
    """Return the page of decisions with a link to each."""
    titles = {
        path.name: path.read_text("utf-8").splitlines()[0].removeprefix("# ") for path in decisions(lang)
    }
    links = "".join(f"\n- [{title}]({name})" for name, title in titles.items())
    return on_site(PAGES[lang].read_text("utf-8"), PAGES[lang]) + links + "\n"
