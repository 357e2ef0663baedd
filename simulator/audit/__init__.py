"""A test suite for any login backend: abuse, bad weather, and what became of them."""
