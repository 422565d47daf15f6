"""What a list is asked for, as it stands in the address."""

from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True)
class Asked:
    """The filters that the lists of work items and of projects share; a list adds its own."""

    city: str = ""
    district: str = ""
    search: str = ""
    overdue: bool = False
    page: int = 1

    def query(self, **changes: Any) -> str:
        """Return the filters as the end of an address, with some changed; what is empty is left out."""
        values = asdict(replace(self, **changes))
        written = {
            **values,
            "overdue": "1" if values["overdue"] else "",
            "page": values["page"] if values["page"] > 1 else "",
        }
        return urlencode({name: value for name, value in written.items() if value})
