"""Bytes to messages and back: frames, connections, what is read of each message, logs that never block.

Nothing here knows what a message asks for.
"""
