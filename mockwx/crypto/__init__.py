"""Pure cryptography: the same input always gives the same output."""
