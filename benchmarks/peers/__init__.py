"""The others: the same gradients by NumPy written by hand, PyTorch, JAX, CasADi and the eager engine.

What you can do with this package: read how each is written at its best. `peer.py` says what a peer is and lists them; `graphs.py` has
what is differentiated, `measure.py` how it is timed. The peers: `compiled.py` (ours), `textbook.py` and `hand_tuned.py` (NumPy),
`convolution.py` (a small convolutional net, in Values and in NumPy), `in_torch.py`, `in_jax.py`, `in_casadi.py`, `eager.py`.
"""
