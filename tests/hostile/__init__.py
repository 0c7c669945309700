"""What files, messages and connections of a stranger must not cause, one kind in each module.

A test belongs here if its input was crafted to do harm, or could have been: to run code, to read or write files that
the user did not name, to use time or memory without bound, to end the server, or to deceive people. It runs the product
as users do (`posse server`, `posse scan`) or calls the engine, and tries several inputs of the kind. Growth is asserted
as a ratio of two sizes, with a wide margin, never as a number of seconds.
"""
