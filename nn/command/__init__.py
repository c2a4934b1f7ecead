"""The command line: networks trained, tried and shown without writing a program.

What you can do with this folder:
    python -m nn train --data digits --save digits.safetensors --plots out
    python -m nn evaluate digits.safetensors
    python -m nn predict digits.safetensors four.png
    python -m nn show digits.safetensors

`line.py` reads what was typed and turns errors into exit codes; each command has a file of its own (`train.py`, `evaluate.py`,
`predict.py`, `show.py`). `recipes.py` has the data sets with what trains a network well on each, `plan.py` a training as it was asked for,
`past.py` what a checkpoint holds of it already, `places.py` where its files will go; `files.py` a network as it lies in a file,
`telling.py` and `complaint.py` what is printed, `album.py` the pictures.
"""

from nn.command.line import main

__all__ = ["main"]
