"""A test suite for any login backend: abuse and bad weather, and what became of them."""
