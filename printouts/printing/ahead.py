"""Excerpts drawn ahead: many of them by processes of their own, since this one has people to answer."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from models.parent import die_with_parent
from printouts.printing.bundle import Draw, Order

MANY = 20  # from so many on it pays: a process takes two seconds to begin
DRAWERS = 2
GENTLY = 5  # how nice they are


@contextmanager
def drawn(orders: Sequence[Order]) -> Iterator[Iterator[bytes]]:
    """The PDFs of those orders that are to be drawn, in their order.

    What an order's `draw` raises is raised where its PDF is asked for.
    """
    draws = [order.draw for order in orders if order.draw]
    if len(draws) < MANY:
        yield map(_call, draws)
        return
    with ProcessPoolExecutor(DRAWERS, mp_context=get_context("spawn"), initializer=_begin) as drawers:
        yield drawers.map(_call, draws)


def _call(draw: Draw) -> bytes:
    return draw()


def _begin() -> None:
    die_with_parent()
    os.nice(GENTLY)
