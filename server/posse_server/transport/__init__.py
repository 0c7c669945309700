"""Bytes to messages and back: frames, connections, the fields read from each message, logs that never block.

Nothing here knows the meaning of a message.
"""
