"""The tuners that are compared, one file for each library, each behind the same two verbs.

A file `with_<library>.py` has `open_search(variant, setup) -> Search`, and imports its library at the top: it is loaded
only in a process of that library's environment.
"""
