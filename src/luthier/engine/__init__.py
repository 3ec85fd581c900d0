"""Ties the shelf together: how trials start, run, report and end."""
