"""What the server does, one file for each feature of the protocol."""
