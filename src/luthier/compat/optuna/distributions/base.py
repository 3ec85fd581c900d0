"""What every distribution has: two representations of a value, equality by content."""

from abc import ABC, abstractmethod
from typing import Any

__all__ = ["BaseDistribution"]


class BaseDistribution(ABC):
    """A search range. The external representation is what an objective sees, the internal one a float."""

    def to_external_repr(self, param_value_in_internal_repr: float) -> Any:
        """The value that an objective sees."""
        return param_value_in_internal_repr

    @abstractmethod
    def to_internal_repr(self, param_value_in_external_repr: Any) -> float:
        """The float behind a value.

        Raises:
            ValueError: no value of such a range.
        """

    @abstractmethod
    def single(self) -> bool:
        """Whether there is one value only."""

    @abstractmethod
    def _contains(self, param_value_in_internal_repr: float) -> bool:
        """Whether the float stands for a value of the range."""

    def _asdict(self) -> dict[str, Any]:
        """The arguments that make this distribution."""
        return self.__dict__

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *sorted(self.__dict__.items())))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value}" for name, value in sorted(self._asdict().items()))
        return f"{type(self).__name__}({inside})"
