"""Attaching data and resources to a trainable, without changing it."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, final

from luthier.base.errors import InvalidInput, explain
from luthier.compat.support import absent
from luthier.compat.tune.placement import PlacementGroupFactory, needs_of
from luthier.compat.tune.trainable import Trainable

__all__ = [
    "Attached",
    "name_of_trainable",
    "parameters_of",
    "resources_of",
    "with_parameters",
    "with_resources",
]


@final
class Attached:
    """A function with parameters or resources; the function itself stays as it is.

    Calls are passed on, and so are attributes.
    """

    def __init__(
        self,
        func: Callable[..., Any],
        *,
        parameters: Mapping[str, Any] | None = None,
        resources: Any = None,
    ) -> None:
        self.func = func
        self.parameters = dict(parameters or {})
        self.resources = resources
        functools.update_wrapper(self, func, updated=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function with its parameters."""
        return self.func(*args, **{**self.parameters, **kwargs})

    def __repr__(self) -> str:
        return f"<{name_of_trainable(self.func)} with {', '.join(self.parameters) or self.resources}>"


def with_parameters(trainable: Any, **kwargs: Any) -> Any:
    """A trainable that gets further arguments: of the function, or of the class's `setup`.

    They are sent to each worker once, however large, and not once a trial.
    """
    checked(trainable, "with_parameters")
    if isinstance(trainable, type):
        base = trainable

        class WithParameters(base):  # type: ignore[misc, valid-type]  # made at run time
            def setup(self, config: dict[str, Any]) -> None:
                super().setup(config, **kwargs)

        return renamed(WithParameters, base)
    return Attached(trainable, parameters=kwargs)


def with_resources(trainable: Any, resources: Any) -> Any:
    """A trainable whose trials need `resources`: {"cpu": 2, "gpu": 0.5}, or a PlacementGroupFactory."""
    checked(trainable, "with_resources")
    if callable(resources) and not isinstance(resources, PlacementGroupFactory):
        raise absent(
            "tune.with_resources(trainable, function of the config)",
            "All trials of a run get the same: pass a dict, and run kinds of trials one after the other.",
        )
    bundles = (
        resources
        if isinstance(resources, PlacementGroupFactory)
        else PlacementGroupFactory([needs_of(resources)])
    )
    if isinstance(trainable, type):
        base = trainable

        class WithResources(base):  # type: ignore[misc, valid-type]  # made at run time
            @classmethod
            def default_resource_request(cls, config: dict[str, Any]) -> PlacementGroupFactory:  # noqa: ARG003 - the peer's
                return bundles

        return renamed(WithResources, base)
    return Attached(trainable, resources=bundles)


def resources_of(trainable: Any, config: Mapping[str, Any]) -> PlacementGroupFactory | None:
    """What a trainable asks for itself."""
    if isinstance(trainable, type) and issubclass(trainable, Trainable):
        return trainable.default_resource_request(dict(config))
    while isinstance(trainable, Attached):
        if trainable.resources is not None:
            bundles: PlacementGroupFactory = trainable.resources
            return bundles
        trainable = trainable.func
    return None


def parameters_of(trainable: Any) -> dict[str, Any]:
    """What `with_parameters` has attached to a function."""
    found: dict[str, Any] = {}
    while isinstance(trainable, Attached):
        found = {**trainable.parameters, **found}
        trainable = trainable.func
    return found


def name_of_trainable(trainable: Any) -> str:
    """The name of a function or class, behind whatever is wrapped around it."""
    while isinstance(trainable, functools.partial):
        trainable = trainable.func
    name = getattr(trainable, "__name__", None) or type(trainable).__name__
    return "lambda" if name == "<lambda>" else str(name)


def renamed(kind: type, original: type) -> type:
    """A derived class under the name of its base."""
    kind.__name__, kind.__qualname__ = original.__name__, original.__qualname__
    kind.__module__, kind.__doc__ = original.__module__, original.__doc__
    return kind


def checked(trainable: Any, verb: str) -> None:
    """Raise InvalidInput unless this is a function or a Trainable."""
    wrong_class = isinstance(trainable, type) and not issubclass(trainable, Trainable)
    if wrong_class or not callable(trainable):
        raise InvalidInput(
            explain(
                f"a function or a tune.Trainable for {verb}", repr(trainable), "Pass the trainable itself."
            )
        )
