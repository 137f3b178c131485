"""What a child process needs, imported before it is forked."""

import logging
from importlib import import_module
from typing import Any

import prefect.flow_engine
import weasyprint
from prefect import Flow

from flows.engine import catch_up, heads, kind, reminders
from printouts.drawing import render
from printouts.signing import pades

logging.getLogger("oa").setLevel(logging.INFO)  # as the worker's
READY = (prefect.flow_engine, weasyprint, catch_up, heads, reminders, render, pades, kind.kinds())


def flow_of(entrypoint: str) -> Flow[..., Any]:
    """The flow at `module.name`, for the modules of this project only."""
    module, _, name = entrypoint.rpartition(".")
    if not module.startswith("flows."):
        raise ValueError(f"not one of our flows: {entrypoint}")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)  # noqa: S101 - deployments are registered from flows
    return flow
