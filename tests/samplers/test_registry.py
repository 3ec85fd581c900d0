"""Samplers by name, and what loading them costs."""

import subprocess
import sys

import pytest

from luthier import samplers
from luthier.samplers.registry import SAMPLERS


def test_the_names_are_those_the_guide_knows() -> None:
    assert sorted(SAMPLERS) == ["auto", "grid", "quasi", "random", "tpe", "uniform"]


def test_every_public_name_is_there() -> None:
    assert all(getattr(samplers, name).__name__ == name for name in samplers.__all__)
    assert dir(samplers) == samplers.__all__
    with pytest.raises(AttributeError, match="Nonsense"):
        samplers.Nonsense  # noqa: B018 - the look-up is the test


def test_searching_needs_numpy_alone() -> None:
    code = (
        "import sys\n"
        "from luthier.samplers.registry import SAMPLERS\n"
        "from luthier.base.seeding import rng_for\n"
        "from luthier.records.history import History\n"
        "from luthier.space import Float, Space\n"
        "for make in SAMPLERS.values():\n"
        "    sampler = make(0)\n"
        "    if sampler.capabilities.continuous:\n"
        "        sampler.propose(Space({'x': Float(0, 1)}), History.empty(1), rng_for(0, 0), 1)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'scipy', 'sklearn', 'torch', 'pandas'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
