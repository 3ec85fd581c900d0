"""Genetic search: good trials are parents of the next ones, for any number of objectives."""
