"""The `luthier` command."""
