"""The generators of initial points that a name stands for."""

from typing import Any

from luthier.base.errors import InvalidInput, explain
from luthier.compat.skopt.sampler import Grid, Halton, Hammersly, InitialPointGenerator, Lhs, Sobol

__all__ = ["cook_initial_point_generator"]

GENERATORS: dict[str, type[InitialPointGenerator]] = {
    "grid": Grid,
    "halton": Halton,
    "hammersly": Hammersly,
    "lhs": Lhs,
    "sobol": Sobol,
}


def cook_initial_point_generator(generator: Any, **kwargs: Any) -> InitialPointGenerator | None:
    """The generator of a name.

    Args:
        generator: "sobol", "halton", "hammersly", "lhs", "grid", "random" (which is None) or a generator.
        kwargs: its parameters.

    Raises:
        InvalidInput: the name is unknown, or this is no generator.
    """
    name = "random" if generator is None else generator
    if isinstance(name, str):
        if name.lower() == "random":
            return None
        if name.lower() not in GENERATORS:
            known = ", ".join(["random", *GENERATORS])
            raise InvalidInput(explain(f"a generator of {known}", repr(generator), "Correct the name."))
        name = GENERATORS[name.lower()]()
    if not isinstance(name, InitialPointGenerator):
        raise InvalidInput(
            explain("an InitialPointGenerator or its name", repr(generator), "Pass one of skopt.sampler.")
        )
    return name.set_params(**kwargs)
