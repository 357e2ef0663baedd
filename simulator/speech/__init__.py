"""What people get to read: its words, its times, and what must not be read in it."""
