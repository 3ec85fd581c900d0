"""What each sampler proposes for fixed seeds, written down: a change of behaviour is a decision, not an accident.

After such a decision write the files anew, and look at the difference:

    python tests/samplers/test_golden.py
"""

import json
from pathlib import Path

import numpy as np
import pytest

from luthier.base.arrays import Array
from luthier.base.seeding import rng_for
from luthier.samplers.registry import SAMPLERS
from luthier.testing.samplers import SPACES, crowd

FOLDER = Path(__file__).parent / "golden"

#: Names that stand for samplers of their own, "random" being uniform.
NAMES = sorted(set(SAMPLERS) - {"random"})


def sequence(name: str) -> Array:
    """Fifteen proposals: after 0, 4, 20, 50 and 200 trials, of them the last ones running, three rows each."""
    sampler = SAMPLERS[name](17)
    space = SPACES["mixed" if sampler.capabilities.continuous else "finite"]
    told = [0, 4, 20, 50, 200]
    known = [crowd(space, n, pending=min(n, 2), seed=23) for n in told]
    return np.concatenate(
        [sampler.propose(space, history, rng_for(29, n), 3).X for n, history in zip(told, known, strict=True)]
    )


@pytest.mark.parametrize("name", NAMES)
def test_proposals_are_those_written_down(name: str) -> None:
    """To 1e-6, so that it holds on every machine."""
    expected = np.array(json.loads((FOLDER / f"{name}.json").read_text()))
    np.testing.assert_allclose(sequence(name), expected, atol=1e-6, rtol=0.0)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in NAMES:
        rows = ",\n  ".join(json.dumps([round(u, 9) for u in row]) for row in sequence(each).tolist())
        (FOLDER / f"{each}.json").write_text(f"[\n  {rows}\n]\n")
