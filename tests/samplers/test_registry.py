"""Samplers by name, and what loading them costs."""

import subprocess
import sys

import pytest

from luthier import samplers
from luthier.samplers.registry import SAMPLERS


def test_the_names_are_those_the_guide_knows() -> None:
    names = "auto cma forest gp grid nsga2 nsga3 quasi random tpe uniform"
    assert sorted(SAMPLERS) == names.split()


def test_every_public_name_is_there() -> None:
    assert all(getattr(samplers, name).__name__ == name for name in samplers.__all__)
    assert dir(samplers) == samplers.__all__
    with pytest.raises(AttributeError, match="Nonsense"):
        samplers.Nonsense  # noqa: B018 - the look-up is the test


#: Samplers that need more than numpy from their first proposal on.
HEAVIER = {"cma", "forest", "gp"}


@pytest.mark.parametrize("name", sorted(set(SAMPLERS) - HEAVIER))
def test_a_search_begins_with_numpy_alone(name: str) -> None:
    """So a script starts at once. The others load what they need at their first use, not when samplers are named."""
    code = (
        "import sys\n"
        "from luthier.samplers.registry import SAMPLERS\n"
        "from luthier.base.seeding import rng_for\n"
        "from luthier.records.history import History\n"
        "from luthier.space import Int, Space\n"
        f"sampler = SAMPLERS[{name!r}](0)\n"
        "sampler.propose(Space({'x': Int(0, 99)}), History.empty(1), rng_for(0, 0), 5)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'scipy', 'sklearn', 'torch', 'pandas'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
