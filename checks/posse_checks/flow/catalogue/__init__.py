"""What libraries do with data: sources, sinks and sanitizers as tables, one file for each framework or library."""
