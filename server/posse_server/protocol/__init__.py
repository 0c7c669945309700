"""The engine's values as the protocol's: positions, diagnostics, texts for people.

Position encodings begin and end here. Nothing here keeps state between calls, except caches.
"""
