"""The built site, and the playground on it, in a browser."""
