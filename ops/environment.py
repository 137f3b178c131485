"""The environment that the programs of an installation run in. Secrets go this way: `ps` does not show it."""

import os
import sys
from pathlib import Path

from models.settings import ROOT, Settings
from ops.databases import asyncpg_url, prefect_database

PREFECT = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_UI_SERVE_BASE": "/prefect",
    "PREFECT_UI_API_URL": "/prefect/api",
    # What nobody uses here costs nothing: automations, extra workers' liveness …
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "60",
    "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_LOOP_SECONDS": "60",
    # … and deadlines are the record's: Prefect must not fail a run for having waited long.
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
    # Events and task states in batches instead of one by one: less of the processor in a burst.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "0:10:00",
    "PREFECT_API_TLS_INSECURE_SKIP_VERIFY": "true",  # plain http on loopback: saves an SSL context per client
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",  # each of the two saves a call per client
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_LOGGING_LEVEL": "WARNING",  # a page of log lines a wake is more load than news
}


def environment(settings: Settings) -> dict[str, str]:
    """Everything for PostgreSQL, Prefect server, worker and gateway.

    Raises:
        FileNotFoundError: OA_HOME is not prepared yet (`ops.home.prepare`).
    """
    # A Prefect of the person who starts us is not ours.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return {
        **inherited,
        **PREFECT,
        **_own(settings),
        "PREFECT_HOME": str(settings.data / "prefect"),
        "PREFECT_UI_STATIC_DIRECTORY": str(settings.data / "prefect" / "ui"),
        "PREFECT_API_DATABASE_CONNECTION_URL": asyncpg_url(prefect_database(settings.dsn)),
        "PREFECT_API_URL": settings.prefect_api,
        "PREFECT_API_AUTH_STRING": settings.prefect_auth,
        "PREFECT_SERVER_API_AUTH_STRING": settings.prefect_auth,
    }


def _own(settings: Settings) -> dict[str, str]:
    programs = Path(sys.executable).parent
    return {
        "OA_HOME": str(settings.data),  # absolute: the programs run in the project's folder
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
    }
