"""What `mockwx probe` does: asks a real service harmless questions, and us the same.

Harmless: no question changes anything, spends a code, or fetches an access_token (which
would end the one in use). The host is always given; there is none to fall back on.
"""
