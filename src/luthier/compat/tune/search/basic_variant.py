"""Grid and random search."""

from collections.abc import Mapping, Sequence
from typing import Any, final

import numpy as np

from luthier.base.errors import InvalidInput, explain
from luthier.base.seeding import purpose_of, rng_for
from luthier.compat.tune.contract import SearchAlgorithm, SearchPlan, restorable
from luthier.compat.tune.variants import grids_of
from luthier.engine.propose import Proposal, Search
from luthier.engine.view import StudyView
from luthier.records.messages import Suggest
from luthier.records.trial import NOTHING
from luthier.samplers.origin import Named, origin_tags
from luthier.samplers.uniform import UniformSampler
from luthier.space.codec import Codec
from luthier.space.space import Space
from luthier.storage.protocol import Draft

__all__ = ["BasicVariantGenerator", "seed_of"]

#: Seeds that are drawn from a generator of the user's are below this.
WORD = 2**32


@final
@restorable
class BasicVariantGenerator:
    """Every combination of the grids, and chance for all else.

    Args:
        points_to_evaluate: configurations to try first.
        max_concurrent: the most trials at once, 0 for no limit.
        constant_grid_search: whether what is drawn by chance is the same for all combinations of one sample.
        random_state: a seed, or a generator to draw one from.
    """

    def __init__(
        self,
        points_to_evaluate: Sequence[Mapping[str, Any]] | None = None,
        max_concurrent: int = 0,
        constant_grid_search: bool = False,  # noqa: FBT001, FBT002 - the signature of the original
        random_state: "int | np.random.Generator | np.random.RandomState | None" = None,
    ) -> None:
        self._points = list(points_to_evaluate or ())
        self._constant = constant_grid_search
        self._seed = seed_of(random_state)
        self.max_concurrent = max_concurrent

    def search_algorithm(self) -> SearchAlgorithm:
        """The search as the runner knows it."""
        return SearchAlgorithm(
            engine=self._engine,
            seed=self._seed,
            max_concurrent=self.max_concurrent,
            points_to_evaluate=self._points,
            grid=True,
        )

    def _engine(self, plan: SearchPlan) -> Search:
        """Chance, trial by trial or sample by sample."""
        combinations = len(grids_of(plan.param_space))
        if self._constant:
            return SampleWise(combinations, len(self._points))
        return Named(UniformSampler(), name="random", reason="search_alg=BasicVariantGenerator")


@final
class SampleWise:
    """Draws the same values for all trials of a sample."""

    def __init__(self, combinations: int, points: int) -> None:
        self.combinations = combinations
        self.points = points
        self.seed = 0

    def proposer(self, view: StudyView) -> "SampleWise":
        """Itself, for the seed of a study."""
        self.seed = view.study.seed
        return self

    def propose(self, number: int, drafts: Sequence[Draft] = ()) -> Proposal | None:
        """Nothing beforehand: each parameter is drawn when it is asked for."""
        return NOTHING, origin_tags("random: BasicVariantGenerator(constant_grid_search=True)")

    def answer(self, message: Suggest) -> Any:
        """The value of a parameter for the sample that a trial belongs to."""
        sample = max(0, message.trial - self.points) // self.combinations
        rng = rng_for(self.seed, sample, purpose_of(message.name))
        codec = Codec(Space({message.name: message.domain}))
        return codec.decode(rng.random(1).tolist())[message.name]


def seed_of(random_state: Any) -> int | None:
    """The seed that a user gave, or one drawn from the user's generator.

    Raises:
        InvalidInput: it is neither.
    """
    if random_state is None or (isinstance(random_state, int) and not isinstance(random_state, bool)):
        return None if random_state is None else int(random_state)
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(WORD))
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(WORD, dtype=np.int64))
    if isinstance(random_state, np.integer):
        return int(random_state)
    raise InvalidInput(explain("a seed or a generator of numpy", repr(random_state), "Pass an int."))
