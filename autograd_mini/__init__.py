"""autograd-mini: a scalar reverse-mode automatic-differentiation engine that teaches."""

from autograd_mini.value import NOT_YET, Value, constant, label, zero_grad
from autograd_mini.scope import scope
