"""What each route of Prefect's API is to people, under /prefect/api: who may, what is injected, what is stripped.

The one place where that is decided. `gateway.prefect.routes` answers from it; a route that is not written here, or
that is nobody's, is not found. A test holds it against the installed Prefect: an upgrade that adds a route fails there.

    who       nobody; anyone who works here; seer: whoever may see the request that the run carries out;
              administrator: the main administrator
    injected  runs: the ids of the runs that the person may see; kinds: the names of the kinds' own flows or
              deployments; empty: for all but the administrator nothing is asked, the answer is empty; own: the gateway
              answers by the record, Prefect is not asked what was sent; - : nothing, and nothing sent is passed on
    stripped  fields emptied in every answer
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    nobody = "nobody"
    anyone = "anyone"
    seer = "seer"
    administrator = "administrator"


class Injected(StrEnum):
    nothing = "-"
    own = "own"
    runs = "runs"
    kinds = "kinds"
    empty = "empty"


@dataclass(frozen=True)
class Rule:
    """What is decided about one route."""

    who: Who
    injected: Injected = Injected.nothing
    stripped: tuple[str, ...] = ()


OF_RUN = "parameters job_variables context empirical_policy infrastructure_document_id work_pool_name work_queue_name"
OF_DEPLOYMENT = (
    "parameters job_variables pull_steps path entrypoint storage_document_id infrastructure_document_id "
    "work_pool_name work_queue_name"
)
OF_TASK_RUN = "task_inputs cache_key empirical_policy"
OF_WORK_POOL = "base_job_template"

OPEN = f"""
GET   /admin/settings                                  anyone         own
GET   /admin/version                                   anyone         -
GET   /csrf-token                                      anyone         own
GET   /health                                          anyone         own

GET   /flow_runs/{{id}}                                seer           -      {OF_RUN}
GET   /flow_runs/{{id}}/graph-v2                       seer           -
GET   /flow_runs/{{id}}/input/{{key}}                  seer           own
POST  /flow_runs/{{id}}/resume                         seer           own
POST  /flow_runs/{{id}}/set_state                      seer           own
POST  /flow_runs/count                                 anyone         runs
POST  /flow_runs/filter                                anyone         runs   {OF_RUN}
POST  /flow_runs/history                               anyone         runs
POST  /flow_runs/lateness                              anyone         runs
POST  /flow_runs/paginate                              anyone         runs   {OF_RUN}
POST  /ui/flow_runs/history                            anyone         runs
POST  /ui/flow_runs/count-task-runs                    anyone         runs

GET   /task_runs/{{id}}                                seer           -      {OF_TASK_RUN}
GET   /ui/task_runs/{{id}}                             seer           -      {OF_TASK_RUN}
POST  /task_runs/count                                 anyone         runs
POST  /task_runs/filter                                anyone         runs   {OF_TASK_RUN}
POST  /task_runs/history                               anyone         runs
POST  /task_runs/paginate                              anyone         runs   {OF_TASK_RUN}
POST  /ui/task_runs/count                              anyone         runs

GET   /artifacts/{{id}}                                seer           -
POST  /artifacts/count                                 anyone         runs
POST  /artifacts/filter                                anyone         runs
POST  /logs/filter                                     anyone         runs

GET   /flows/{{id}}                                    anyone         kinds
POST  /flows/count                                     anyone         kinds
POST  /flows/filter                                    anyone         kinds
POST  /flows/paginate                                  anyone         kinds
POST  /ui/flows/count-deployments                      anyone         own
POST  /ui/flows/next-runs                              anyone         own

GET   /deployments/{{id}}                              anyone         kinds  {OF_DEPLOYMENT}
PATCH /deployments/{{id}}/schedules/{{schedule_id}}      administrator  own
POST  /deployments/count                               anyone         kinds
POST  /deployments/filter                              anyone         kinds  {OF_DEPLOYMENT}
POST  /deployments/paginate                            anyone         kinds  {OF_DEPLOYMENT}
POST  /deployments/{{id}}/create_flow_run              anyone         own    {OF_RUN}

GET   /automations/related-to/{{resource_id}}           anyone         own
POST  /events/filter                                   anyone         own
POST  /saved_searches/filter                           anyone         own
POST  /ui/schemas/validate                             anyone         own

GET   /work_pools/{{name}}                             administrator  -      {OF_WORK_POOL}
GET   /work_pools/{{work_pool_name}}/queues/{{name}}   administrator  -
POST  /work_pools/count                                anyone         empty
POST  /work_pools/filter                               anyone         empty  {OF_WORK_POOL}
POST  /work_pools/{{work_pool_name}}/queues/filter     administrator  -
POST  /work_pools/{{work_pool_name}}/workers/filter    administrator  -
GET   /work_queues/{{id}}/status                       administrator  -
POST  /work_queues/filter                              anyone         empty
"""

CLOSED = """
GET    /admin/storage
PUT    /admin/storage
DELETE /admin/storage
POST   /artifacts/
POST   /artifacts/latest/count
POST   /artifacts/latest/filter
PATCH  /artifacts/{id}
DELETE /artifacts/{id}
GET    /artifacts/{key}/latest
POST   /automations/
POST   /automations/count
POST   /automations/filter
DELETE /automations/owned-by/{resource_id}
POST   /automations/templates/validate
PUT    /automations/{id}
PATCH  /automations/{id}
DELETE /automations/{id}
GET    /automations/{id}
GET    /block_capabilities/
POST   /block_documents/
POST   /block_documents/count
POST   /block_documents/filter
GET    /block_documents/{id}
DELETE /block_documents/{id}
PATCH  /block_documents/{id}
POST   /block_schemas/
GET    /block_schemas/checksum/{checksum}
POST   /block_schemas/filter
DELETE /block_schemas/{id}
GET    /block_schemas/{id}
POST   /block_types/
POST   /block_types/filter
POST   /block_types/install_system_block_types
GET    /block_types/slug/{slug}
GET    /block_types/slug/{slug}/block_documents
GET    /block_types/slug/{slug}/block_documents/name/{block_document_name}
GET    /block_types/{id}
PATCH  /block_types/{id}
DELETE /block_types/{id}
GET    /collections/views/{view}
POST   /concurrency_limits/
POST   /concurrency_limits/decrement
POST   /concurrency_limits/filter
POST   /concurrency_limits/increment
GET    /concurrency_limits/tag/{tag}
DELETE /concurrency_limits/tag/{tag}
POST   /concurrency_limits/tag/{tag}/reset
GET    /concurrency_limits/{id}
DELETE /concurrency_limits/{id}
POST   /deployments/
POST   /deployments/bulk_delete
POST   /deployments/get_scheduled_flow_runs
GET    /deployments/name/{flow_name}/{deployment_name}
DELETE /deployments/{id}
POST   /deployments/{id}/create_flow_run/bulk
POST   /deployments/{id}/pause_deployment
POST   /deployments/{id}/resume_deployment
POST   /deployments/{id}/schedule
GET    /deployments/{id}/schedules
POST   /deployments/{id}/schedules
PATCH  /deployments/{id}
DELETE /deployments/{id}/schedules/{schedule_id}
GET    /deployments/{id}/work_queue_check
POST   /events
POST   /events/count-by/{countable}
GET    /events/filter/next
GET    /flow_run_states/
GET    /flow_run_states/{id}
POST   /flow_runs/
POST   /flow_runs/bulk_delete
POST   /flow_runs/bulk_set_state
PATCH  /flow_runs/{id}
DELETE /flow_runs/{id}
GET    /flow_runs/{id}/graph
POST   /flow_runs/{id}/input
POST   /flow_runs/{id}/input/filter
DELETE /flow_runs/{id}/input/{key}
PATCH  /flow_runs/{id}/labels
GET    /flow_runs/{id}/logs/download
POST   /flows/
POST   /flows/bulk_delete
GET    /flows/name/{name}
PATCH  /flows/{id}
DELETE /flows/{id}
GET    /hello
POST   /logs/
GET    /ready
PUT    /saved_searches/
GET    /saved_searches/{id}
DELETE /saved_searches/{id}
GET    /task_run_states/
GET    /task_run_states/{id}
POST   /task_runs/
PATCH  /task_runs/{id}
DELETE /task_runs/{id}
POST   /task_runs/{id}/set_state
POST   /task_workers/filter
POST   /templates/validate
POST   /ui/task_runs/dashboard/counts
POST   /v2/concurrency_limits/
POST   /v2/concurrency_limits/decrement
POST   /v2/concurrency_limits/decrement-with-lease
POST   /v2/concurrency_limits/filter
POST   /v2/concurrency_limits/increment
POST   /v2/concurrency_limits/increment-with-lease
POST   /v2/concurrency_limits/leases/{lease_id}/renew
GET    /v2/concurrency_limits/{id_or_name}
PATCH  /v2/concurrency_limits/{id_or_name}
DELETE /v2/concurrency_limits/{id_or_name}
POST   /variables/
POST   /variables/count
POST   /variables/filter
GET    /variables/name/{name}
PATCH  /variables/name/{name}
DELETE /variables/name/{name}
GET    /variables/{id}
PATCH  /variables/{id}
DELETE /variables/{id}
GET    /version
POST   /work_pools/
PATCH  /work_pools/{name}
DELETE /work_pools/{name}
POST   /work_pools/{name}/concurrency_status
POST   /work_pools/{name}/get_scheduled_flow_runs
POST   /work_pools/{work_pool_name}/queues
PATCH  /work_pools/{work_pool_name}/queues/{name}
DELETE /work_pools/{work_pool_name}/queues/{name}
POST   /work_pools/{work_pool_name}/workers/heartbeat
DELETE /work_pools/{work_pool_name}/workers/{name}
POST   /work_queues/
GET    /work_queues/name/{name}
PATCH  /work_queues/{id}
GET    /work_queues/{id}
DELETE /work_queues/{id}
POST   /work_queues/{id}/concurrency_status
POST   /work_queues/{id}/get_runs
"""


def _read() -> dict[tuple[str, str], Rule]:
    table = {}
    for line in filter(None, map(str.split, OPEN.splitlines())):
        method, path, who, injected, *stripped = line
        table[method, path] = Rule(Who(who), Injected(injected), tuple(stripped))
    for method, path in filter(None, map(str.split, CLOSED.splitlines())):
        table[method, path] = Rule(Who.nobody)
    return table


TABLE: Mapping[tuple[str, str], Rule] = _read()  # by method and path, as Prefect itself writes them
