"""/_mockwx/api/: what only a mock has."""
