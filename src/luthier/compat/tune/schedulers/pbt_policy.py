"""The policy of a population: what each member's configuration was, and from which iteration on.

A line of a policy file is a JSON list, in the form that the peer's replay reads and writes:

    [member, source, iteration of member, iteration of source, configuration of source, new configuration]

`pbt_policy_<trial_id>.txt` has the lines by which the member's present weights came about, whichever member they were
trained in: at an exploit it takes over the lines of the source. `pbt_global.txt` has every exploit, in order.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from luthier.base.errors import InvalidInput, explain
from luthier.compat.tune.logger.logger import plain
from luthier.compat.tune.trial import TuneTrial

__all__ = ["Exploit", "Schedule", "read_policy", "write_policy"]

#: The file of all exploits.
GLOBAL = "pbt_global.txt"


class Exploit(NamedTuple):
    """One exploit."""

    member: TuneTrial
    source: TuneTrial
    #: Iterations of the member when it gave up, and of the checkpoint that it took over.
    iteration: int
    from_iteration: int
    config: Mapping[str, Any]


class Schedule(NamedTuple):
    """A policy to be replayed."""

    #: The configuration at the beginning; None when the file is empty.
    config: dict[str, Any] | None
    #: (iteration, configuration from then on), in order.
    changes: list[tuple[int, dict[str, Any]]]


def write_policy(exploit: Exploit) -> None:
    """Append an exploit to the files of its experiment."""
    member, source, iteration, from_iteration, config = exploit
    folder = Path(member.local_path).parent
    folder.mkdir(parents=True, exist_ok=True)
    row = [member.trial_id, source.trial_id, iteration, from_iteration, source.config, config]
    line = json.dumps(plain(row)) + "\n"
    with (folder / GLOBAL).open("a", encoding="utf-8") as file:
        file.write(line)
    inherited = policy_file(folder, source)
    before = inherited.read_text(encoding="utf-8") if inherited.exists() else ""
    policy_file(folder, member).write_text(before + line, encoding="utf-8")


def policy_file(folder: Path, trial: TuneTrial) -> Path:
    """Where the policy of a member is."""
    return folder / f"pbt_policy_{trial.trial_id}.txt"


def read_policy(path: str | Path) -> Schedule:
    """The schedule that led to the present weights of a member; the peer's own files are read, too.

    Raises:
        InvalidInput: there is no such file, or it is no policy.
    """
    file = Path(path).expanduser()
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        parsed = [(target, source, int(at), old, new) for target, source, _, at, old, new in rows]
    except FileNotFoundError:
        fix = "Pass the path of a pbt_policy_<trial id>.txt, in the folder of the experiment."
        raise InvalidInput(explain("a policy file", f"{file}, which does not exist", fix)) from None
    except (ValueError, TypeError) as error:
        fix = "Pass the file that PopulationBasedTraining(log_config=True) wrote."
        raise InvalidInput(explain(f"a policy in {file}", str(error), fix)) from error
    changes: list[tuple[int, dict[str, Any]]] = []
    first, expected = None, None
    for target, source, at, old, new in reversed(parsed):
        if expected is not None and target != expected:
            break  # what came before was given up for the weights of another member
        expected, first = source, old
        changes.append((at, new))
    return Schedule(first, changes[::-1])
