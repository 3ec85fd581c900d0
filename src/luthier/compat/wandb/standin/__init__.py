"""A folder for the end of `sys.path`: its package `wandb` stands in for one that is not installed."""
