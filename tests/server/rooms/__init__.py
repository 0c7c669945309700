"""Tables of examples for modules of the server, so that a failure names its module."""
