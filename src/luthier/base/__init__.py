"""The floor: errors, seeds, logging, array names. Imports nothing of ours."""
