"""Every statement of a SQL store, built once. Parameters `at_…` say which rows, the others what to write."""

from sqlalchemy import (
    BigInteger,
    Integer,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from luthier.storage.dialects import Now, insert_new
from luthier.storage.schema import report, study, trial, version

__all__ = [
    "BUMP",
    "BUMP_RETURNING",
    "CLAIM",
    "COUNTS",
    "DELETE_STUDY",
    "FINISH",
    "FINISH_RETURNING",
    "GIVE_UP",
    "HEARD",
    "HEARD_NUMBERS",
    "INSERT_REPORTS",
    "INSERT_STUDY",
    "INSERT_TRIALS",
    "INSERT_VERSION",
    "LEASES",
    "LEFT",
    "LEFT_COLUMNS",
    "NOTE",
    "OWNERS",
    "RELEASE",
    "RELEASE_RETURNING",
    "RENEW",
    "REPORTS",
    "REPORTS_OF",
    "REPORT_COLUMNS",
    "REQUEUE",
    "STUDIES",
    "STUDY",
    "STUDY_COLUMNS",
    "STUDY_NAMED",
    "TIME",
    "TRIAL",
    "TRIALS",
    "TRIAL_COLUMNS",
    "TRIAL_SINCE",
    "TURN",
    "TURN_COLUMNS",
    "UPDATE_STUDY",
    "VERSION",
]

STUDY_COLUMNS = (
    study.c.study_id,
    study.c.name,
    study.c.directions,
    study.c.seed,
    study.c.metric_names,
    study.c.user_attrs,
    study.c.created,
    study.c.revision,
    study.c.changed,
    study.c.touched,
)

TRIAL_COLUMNS = (
    trial.c.number,
    trial.c.state,
    trial.c.params,
    trial.c.domains,
    trial.c.value,
    trial.c.objectives,
    trial.c.constraints,
    trial.c.user_attrs,
    trial.c.tags,
    trial.c.given,
    trial.c.reason,
    trial.c.detail,
    trial.c.attempt,
    trial.c.lost,
    trial.c.token,
    trial.c.created,
    trial.c.started,
    trial.c.finished,
    trial.c.revision,
)

REPORT_COLUMNS = (
    report.c.trial,
    report.c.attempt,
    report.c.step,
    report.c.name,
    report.c.value,
    report.c.special,
)

#: What a write learns from bumping the revision: it, the next number, and the time.
TURN_COLUMNS = (study.c.revision, study.c.next_number, study.c.touched)

# A literal, so that the database can see that the index of running trials will do.
IS_RUNNING = trial.c.state == literal_column("'RUNNING'")

THIS_STUDY = study.c.study_id == bindparam("at_study")
THIS_TRIAL = (trial.c.study_id == bindparam("at_study")) & (trial.c.number == bindparam("at_number"))
THIS_TOKEN = trial.c.token == bindparam("at_token")
IS_WAITING = trial.c.state == literal_column("'WAITING'")
IS_OPEN = IS_RUNNING | IS_WAITING
HELD = THIS_TRIAL & THIS_TOKEN & IS_OPEN

VERSION = select(version.c.version)
INSERT_VERSION = insert(version)
TIME = select(Now())

INSERT_STUDY = insert(study)
STUDY = select(*STUDY_COLUMNS).where(THIS_STUDY)
STUDY_NAMED = select(*STUDY_COLUMNS).where(study.c.name == bindparam("at_name"))
STUDIES = select(*STUDY_COLUMNS).order_by(study.c.study_id)
UPDATE_STUDY = (
    update(study)
    .where(THIS_STUDY)
    .values(
        user_attrs=bindparam("user_attrs"),
        metric_names=bindparam("metric_names"),
        changed=study.c.revision,
    )
)
DELETE_STUDY = (
    delete(report).where(report.c.study_id == bindparam("at_study")),
    delete(trial).where(trial.c.study_id == bindparam("at_study")),
    delete(study).where(THIS_STUDY),
)

#: The head of every write to a study: it takes the study's row, and with it the turn.
BUMP = (
    update(study)
    .where(
        THIS_STUDY,
        study.c.next_number == func.coalesce(bindparam("at_next", type_=Integer), study.c.next_number),
    )
    .values(
        revision=study.c.revision + bindparam("revisions", type_=BigInteger),
        next_number=study.c.next_number + bindparam("numbers", type_=Integer),
        touched=Now(),
    )
)
BUMP_RETURNING = BUMP.returning(*TURN_COLUMNS)
TURN = select(*TURN_COLUMNS).where(THIS_STUDY)

INSERT_TRIALS = insert(trial)
INSERT_REPORTS = insert_new(report)

#: A statement of one text asks for so many trials at once; where there are fewer, one is repeated.
HEARD_NUMBERS = tuple(bindparam(f"at_number_{place}", type_=Integer) for place in range(16))
#: Which of these trials are heard, and their attempts: `is_heard` of the rules.
HEARD = select(trial.c.number, trial.c.attempt).where(
    trial.c.study_id == bindparam("at_study"),
    trial.c.number.in_(HEARD_NUMBERS),
    (trial.c.token.is_not(None) & IS_OPEN)
    | (trial.c.token.is_(None) & ~IS_OPEN & (trial.c.lost == literal_column("0"))),
)

#: What a trial noted is forgotten before it runs again, but for its attributes.
NOTHING_ASKED = {"params": None, "domains": None, "constraints": None, "feasible": True}

CLAIM = (
    update(trial)
    .where(THIS_TRIAL, trial.c.state == "WAITING")
    .values(
        state="RUNNING",
        attempt=trial.c.attempt + 1,
        given=bindparam("given"),
        token=bindparam("token"),
        owner=bindparam("owner"),
        expires=bindparam("expires"),
        started=bindparam("started"),
        revision=bindparam("revision"),
        **NOTHING_ASKED,
    )
)

OUTCOME = (
    "state",
    "params",
    "domains",
    "objectives",
    "value",
    "constraints",
    "feasible",
    "user_attrs",
    "reason",
    "detail",
    "finished",
    "revision",
)

FINISH = (
    update(trial)
    .where(HELD)
    .values({**{name: bindparam(name) for name in OUTCOME}, "given": None, "owner": None, "expires": None})
)
#: The trial stays in its state: one whose lease ended waits, and its late note is as welcome as its late result.
NOTE = (
    update(trial)
    .where(HELD)
    .values(
        {
            name: bindparam(name)
            for name in ("params", "domains", "constraints", "feasible", "user_attrs", "revision")
        }
    )
)
RELEASE = (
    update(trial)
    .where(HELD)
    .values(
        state="WAITING", token=None, owner=None, expires=None, revision=bindparam("revision"), **NOTHING_ASKED
    )
)
#: What an update of a held trial leaves as it was.
LEFT_COLUMNS = (
    trial.c.given,
    trial.c.user_attrs,
    trial.c.tags,
    trial.c.attempt,
    trial.c.lost,
    trial.c.created,
    trial.c.started,
)
FINISH_RETURNING = FINISH.returning(*LEFT_COLUMNS)
RELEASE_RETURNING = RELEASE.returning(*LEFT_COLUMNS)
LEFT = select(*LEFT_COLUMNS).where(THIS_TRIAL)

RENEW = (
    update(trial)
    .where(IS_RUNNING, trial.c.owner == bindparam("at_owner"))
    .values(
        expires=Now() + bindparam("seconds", type_=trial.c.expires.type),
    )
)
LEASES = (
    select(
        trial.c.number, trial.c.token, trial.c.owner, trial.c.lost, (trial.c.expires <= Now()).label("ended")
    )
    .where(trial.c.study_id == bindparam("at_study"), IS_RUNNING)
    .order_by(trial.c.number)
)
# The lease is looked at again in the write: its owner may have renewed it meanwhile, unless it is known to be
# dead.
LAPSED = (
    update(trial)
    .where(
        THIS_TRIAL,
        THIS_TOKEN,
        IS_RUNNING,
        (trial.c.expires <= Now()) | (trial.c.owner == bindparam("at_dead")),
    )
    .values(lost=trial.c.lost + 1, owner=None, expires=None, revision=bindparam("revision"))
)
REQUEUE = LAPSED.values(state="WAITING")
GIVE_UP = LAPSED.values(
    state="FAILED",
    given=None,
    token=None,
    reason=bindparam("reason"),
    finished=bindparam("finished"),
)
OWNERS = select(trial.c.owner).where(IS_RUNNING).distinct()

TRIAL = select(*TRIAL_COLUMNS).where(THIS_TRIAL)
TRIALS = (
    select(*TRIAL_COLUMNS)
    .where(trial.c.study_id == bindparam("at_study"), trial.c.revision > bindparam("at_since"))
    .order_by(trial.c.revision, trial.c.number)
)
REPORTS = (
    select(*REPORT_COLUMNS)
    .where(report.c.study_id == bindparam("at_study"), report.c.revision > bindparam("at_since"))
    .order_by(report.c.revision)
)
#: The same of one trial. A sum hides the column from the index of revisions, which leads to all reports of a study.
TRIAL_SINCE = TRIALS.where(trial.c.number == bindparam("at_number"))
WRITTEN = report.c.revision + literal_column("0")
REPORTS_OF = (
    select(*REPORT_COLUMNS)
    .where(
        report.c.study_id == bindparam("at_study"),
        report.c.trial == bindparam("at_number"),
        bindparam("at_since", type_=BigInteger) < WRITTEN,
    )
    .order_by(WRITTEN)
)

RANKED = case((trial.c.feasible, trial.c.value), else_=None)
COUNTS = select(
    trial.c.study_id,
    trial.c.state,
    func.count(),
    func.min(RANKED),
    func.max(RANKED),
).group_by(trial.c.study_id, trial.c.state)
