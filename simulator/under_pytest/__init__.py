"""Stories under pytest: as tests, and whole where several workers share them."""
