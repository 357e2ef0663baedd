"""What somebody did, read from the mock's journal and written as a story."""
