"""Which class is the form of which activity."""

from flows.steps import construction, decision, deliberation, initiation, mobilisation, money
from flows.steps.base import Step

STEPS: dict[str, type[Step]] = {
    step.activity: step
    for module in (initiation, mobilisation, deliberation, decision, money, construction)
    for step in vars(module).values()
    if isinstance(step, type) and issubclass(step, Step) and hasattr(step, "activity")
}
