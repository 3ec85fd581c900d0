"""Which tuner finds better hyperparameters in fewer trials.

    python -m benchmarks.quality [--set dev|reported] [--tuners NAME ...] [--seeds A:B] [--workers N] [--report-only]

`problems/` has the objectives, `tuners/` one file for each library. `tasks` lists the runs that are wanted, `pool`
starts a process for those that `store` does not have yet, `search` is what such a process does, and `report` prints
what all the runs say.
"""
