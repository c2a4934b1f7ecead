"""Ctrl-C, put off until it is convenient.

What you can do with this file: `with Interrupt() as interrupt:` a loop that looks at `interrupt.asked` where it can stop.
"""

from __future__ import annotations

import signal
from threading import current_thread, main_thread
from types import FrameType, TracebackType

__all__ = ["Interrupt"]


class Interrupt:
    """Inside its `with` block the first Ctrl-C raises nothing; it sets `asked`. The second one raises KeyboardInterrupt as ever.

    Only where Ctrl-C would raise KeyboardInterrupt: in the main thread, and unless the program has other plans for the signal.
    """

    def __init__(self) -> None:
        self.asked = False
        self._ours = False

    def __enter__(self) -> Interrupt:
        self._ours = current_thread() is main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if self._ours:
            signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
