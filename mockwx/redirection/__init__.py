"""How programs are led here: what each is told, whom it trusts, where it can go."""
