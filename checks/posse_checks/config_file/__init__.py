"""A configuration file as a text: what may stand in it, what is wrong with it, and how to help whoever writes it."""
