"""Earlier studies of the same kind, as a later one learns from them."""

from collections.abc import Mapping, Sequence

from luthier.base.errors import InvalidInput, explain
from luthier.records.history import History, Ledger
from luthier.records.study import StudyRecord
from luthier.space.domains import Domain
from luthier.space.infer import widen
from luthier.space.space import Space

__all__ = ["Earlier", "check_objectives"]

#: After so many own complete trials, parameters that only earlier studies had are no longer proposed: a study that lost
#: one would else search in a dimension that is not there, and not see the end of a finite space.
PATIENCE = 5


class Earlier:
    """The told trials of earlier studies, each study's encoded once in the space of the later one.

    Their ranges stand in for those of the later study's parameters until one of its own trials shows its own, or
    several did without.
    """

    def __init__(self) -> None:
        self.ledgers: list[Ledger] = []
        #: Ranges that only earlier trials have shown.
        self.borrowed: dict[str, Domain] = {}
        #: So many own trials may still be complete before borrowed ranges go back.
        self.patience = PATIENCE

    def add(
        self, study: StudyRecord, ledger: Ledger, *, domains: Mapping[str, Domain], objectives: int
    ) -> None:
        """Take in the trials of one study, as they are now, and its ranges.

        Raises:
            InvalidInput: it has another number of objectives.
        """
        check_objectives(study, objectives=objectives)
        if ledger.records:
            mine = ledger.fork()
            mine.records, mine.last_steps, mine.tags = [*mine.records], [*mine.last_steps], [*mine.tags]
            self.ledgers.append(mine)
            self.borrowed = dict(widen(Space(self.borrowed), domains).domains)

    def told(self, space: Space, *, complete: bool) -> Space:
        """`space` once one more of the study's own trials has ended, less borrowed ranges that nobody asked for.

        Where they alone are continua they go back at once: without them no configuration is tried twice. Otherwise only
        complete trials count, for the others may not have got to ask.
        """
        self.patience -= complete
        if not self.borrowed:
            return space
        own = space.without(self.borrowed)
        hides_an_end = space.size is None and own.size is not None
        if self.patience > 0 and not hides_an_end:
            return space
        self.borrowed = {}
        return own

    def lend(self, space: Space) -> Space:
        """`space`, the study's own, with the borrowed ranges of names that it lacks."""
        self.borrowed = {name: domain for name, domain in self.borrowed.items() if name not in space}
        return widen(space, self.borrowed)

    def replaced(self, space: Space, seen: Mapping[str, Domain]) -> Space:
        """`space` with ranges that the study's own trials have shown in place of borrowed ones, which go back."""
        space = self.shown(space, seen)
        self.borrowed = {name: domain for name, domain in self.borrowed.items() if name not in seen}
        return space

    def shown(self, space: Space, seen: Mapping[str, Domain]) -> Space:
        """The same as long as it is but running trials that have shown them: nothing goes back yet."""
        for name in [name for name in seen if name in self.borrowed]:
            space = space.with_domain(name, seen[name])
        return space

    def histories(self, space: Space, *, alone: bool = False) -> Sequence[History]:
        """One history for each study, encoded in `space`.

        With `alone` it is not the study's own space but another one, looked at once.
        """
        return [(ledger.fork() if alone else ledger).history(space, ()) for ledger in self.ledgers]


def check_objectives(study: StudyRecord, *, objectives: int) -> None:
    """Raise InvalidInput when an earlier study has another number of objectives than the later one."""
    if len(study.directions) != objectives:
        raise InvalidInput(
            explain(
                f"earlier studies of {objectives} objective(s)",
                f"{study.name!r} with {len(study.directions)}",
                "Leave it out of warm_start.",
            ),
        )
