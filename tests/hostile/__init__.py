"""What a stranger's files, messages and connections must not do, one kind in each module.

A test belongs here if its input was made to harm, or could have been: to have code run, to write or read where the user
named nothing, to take time or memory without bound, to make the server end, or to show people what is not so. It runs
the product as users do (`posse server`, `posse scan`) or calls the engine, and tries several inputs of the kind. Growth
is asserted as a ratio of two sizes, with a wide margin, never as a number of seconds.
"""
