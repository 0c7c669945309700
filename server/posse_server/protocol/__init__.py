"""The engine's values as the protocol's: positions, diagnostics, texts for people.

Position encodings begin and end here; nothing here has state that outlives a call, but for caches.
"""
