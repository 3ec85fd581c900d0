"""Answers about the trials of a study: read-only, from records."""
