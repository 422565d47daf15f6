"""The kinds of rule that can be checked: the Declare templates, and the separation and binding of duties.

The law of each stands at the head of its query in `sql/rules/`. Sources: Pesic, Schonenberg and van der
Aalst, DECLARE (2007), for the templates; Burattin, Maggi and Sperduti, Conformance checking based on
multi-perspective declarative process models (2016), for conditions and time windows.
"""

from dataclasses import dataclass
from typing import Literal

Activation = Literal["case", "a", "b", "either", "pair"]


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of rule and what it takes.

    `activated_by` says what tests it: every case, each A, each B, either, or each A and B of a case in
    which both happen.
    """

    name: str
    activated_by: Activation
    takes_b: bool = True
    takes_n: bool = False
    takes_window: bool = True


TEMPLATES = {
    template.name: template
    for template in (
        Template("existence", "case", takes_b=False, takes_n=True, takes_window=False),
        Template("absence", "case", takes_b=False, takes_n=True, takes_window=False),
        Template("exactly", "case", takes_b=False, takes_n=True, takes_window=False),
        Template("init", "case", takes_b=False, takes_window=False),
        Template("last", "case", takes_b=False, takes_window=False),
        Template("choice", "case", takes_window=False),
        Template("exclusive_choice", "case", takes_window=False),
        Template("responded_existence", "a"),
        Template("response", "a"),
        Template("alternate_response", "a"),
        Template("chain_response", "a"),
        Template("precedence", "b"),
        Template("alternate_precedence", "b"),
        Template("chain_precedence", "b"),
        Template("coexistence", "either"),
        Template("succession", "either"),
        Template("alternate_succession", "either"),
        Template("chain_succession", "either"),
        Template("not_responded_existence", "a"),
        Template("not_response", "a"),
        Template("not_chain_response", "a"),
        Template("not_precedence", "b"),
        Template("not_chain_precedence", "b"),
        Template("not_coexistence", "either"),
        Template("not_succession", "either"),
        Template("not_chain_succession", "either"),
        Template("separation_of_duties", "pair", takes_window=False),
        Template("binding_of_duties", "pair", takes_window=False),
    )
}
