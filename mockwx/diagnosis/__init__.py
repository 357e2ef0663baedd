"""Why a decryption or a signature fails: the decision procedure, pure.

Values come in as they were received, history as plain records; what comes out names the
cause, with proof. Nothing here reads a store or a clock.
"""
