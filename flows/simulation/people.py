"""Who takes part in a simulated project: households by floor with their wishes, staff, and firms."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from flows.simulation.calibration import House, calibration
from flows.simulation.calibration import Wishes as WishChances

RESIDENTS = frozenset({"household", "opinion_leader", "action_leader", "community_elite"})
OFFICES = {
    "administration": "housing-office",
    "party_branch": "party-branch",
    "coordinator": "committee",
    "deliberation_organiser": "committee",
    "vision_promoter": "street-office",
}


@dataclass(frozen=True)
class Resident:
    """A household: what it wishes when asked, after talks, and how it votes once the project has won it."""

    household: str
    floor: int
    area: Decimal
    wish: str
    later_wish: str
    ballot: str

    def registered(self) -> dict[str, str | int]:
        """Return the household's row of the register."""
        return {"household": self.household, "floor": self.floor, "area": str(self.area)}


@dataclass(frozen=True)
class People:
    """The people of one project."""

    city: str
    case_id: str
    floors: int
    residents: tuple[Resident, ...]
    district: int
    firm: str
    leader: str
    action_leader: str
    elite: str

    def actor(self, role: str | None) -> str:
        """Return who acts in a role, as a pseudonym."""
        own = {
            "opinion_leader": self.leader,
            "action_leader": self.action_leader,
            "community_elite": self.elite,
        }
        if role in own:
            return f"{self.case_id}-{own[role]}"
        if role == "contractor":
            return self.firm
        if role in OFFICES:
            return f"{self.city}-{OFFICES[role]}-{self.district}"
        return f"{self.case_id}-{self.leader}"

    def reluctant(self) -> list[Resident]:
        """Return those who do not agree when asked, the lowest floor first; if all do, the lowest floor."""
        found = [one for one in self.residents if one.wish != "agrees"]
        return found or [self.residents[0]]


def people(rng: Random, city: str, case_id: str) -> People:
    """Draw the people of a project."""
    house, wishes = calibration().house, calibration().wishes
    floors = rng.choice(house.floors)
    residents = tuple(_residents(rng, floors, house, wishes))
    upper = [one.household for one in residents if one.floor >= 3]
    leader = rng.choice(upper)
    return People(
        city=city,
        case_id=case_id,
        floors=floors,
        residents=residents,
        district=rng.randint(1, 3),
        firm=f"{city}-lift-firm-{rng.randint(1, 4)}",
        leader=leader,
        action_leader=rng.choice([leader, *upper[:3]]),  # the two may be one person
        elite=rng.choice(upper),
    )


def _residents(rng: Random, floors: int, house: House, chances: WishChances) -> Sequence[Resident]:
    per_floor = rng.choice(house.households_per_floor)
    areas = [Decimal(rng.randint(*house.square_metres)) for _ in range(per_floor)]
    found = []
    for floor in range(1, floors + 1):
        height = (floor - 1) / (floors - 1)
        for side, area in enumerate(areas, 1):
            wish = _wish(rng, height, chances)
            won = wish == "agrees" or rng.random() < chances.won_over
            lost = "abstain" if rng.random() < chances.abstains else rng.choice(["absent", "against"])
            ballot = "for" if won else lost
            found.append(
                Resident(f"{floor}0{side}", floor, area, wish, "agrees" if won else "hesitates", ballot)
            )
    return found


def _wish(rng: Random, height: float, chances: WishChances) -> str:
    drawn = rng.random()
    agrees = chances.agrees[0] + height * (chances.agrees[1] - chances.agrees[0])
    opposes = chances.opposes[0] + height * (chances.opposes[1] - chances.opposes[0])
    if drawn < agrees:
        return "agrees"
    return "opposes" if drawn < agrees + opposes else "hesitates"
