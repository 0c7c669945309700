"""Sources, sinks and sanitizers in libraries, as tables, one file for each framework or library."""
