"""When a scheduler that could judge every report does: after a warm-up, and once per interval of steps."""

from luthier.records.curves import Curve

__all__ = ["is_due"]


def is_due(curve: Curve, n_warmup_steps: int, interval_steps: int) -> bool:
    """Whether the newest report is the first of its interval; intervals count from the end of the warm-up."""
    step = curve.newest
    if step is None or step < n_warmup_steps:
        return False
    return curve.steps[curve.first_from(step - (step - n_warmup_steps) % interval_steps)] == step
