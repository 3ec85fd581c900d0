"""Faces of the engine. They are independent of each other."""
