"""The lessons, one file each. `python -m demos` lists them, `python -m demos apples` runs one.

`python -i -m demos.apples` runs one and leaves its Values in the REPL, under their own names.
"""
