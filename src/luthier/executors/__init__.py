"""Executors: run an objective, in this thread or in worker processes, and tell what happens to it."""
