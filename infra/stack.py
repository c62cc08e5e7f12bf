"""The stack: which parts there are and how they are wired.

Each part is in `constructs/`; what each function is told and may do is in `duties/`.
"""

from collections.abc import Callable, Mapping

import aws_cdk as cdk
from constructs import Construct

from infra.acknowledgments import acknowledge_patterns
from infra.constructs.api import Api
from infra.constructs.bus import Bus
from infra.constructs.identity import Identity
from infra.constructs.layers import Layers
from infra.constructs.local_clock import LocalClock
from infra.constructs.mail import Mail
from infra.constructs.opt_out import OptOut
from infra.constructs.postal import Postal
from infra.constructs.python_function import PythonFunction
from infra.constructs.schedule import NightlySchedule
from infra.constructs.sms_logs import SmsLogs
from infra.constructs.storage import Storage
from infra.constructs.tenant_role import TenantRole
from infra.constructs.uploads import Uploads
from infra.constructs.work_queue import WorkQueue
from infra.duties import answering, planning, sending, taking_in
from infra.duties.duty import Duty, Resources
from infra.settings import StageSettings

WORKERS = {  # queue: the function it feeds
    "Plan": "plan_tenant",
    "Email": "send_email",
    "Sms": "send_sms",
    "Letter": "render_letter",
    "Uploads": "sync_ledger",
    "Feedback": "record_feedback",
}
# In the order in which the template has them.
DUTIES: Mapping[str, Callable[[Resources], Duty]] = {
    "planner": planning.planner,
    "plan_tenant": planning.plan_tenant,
    "send_email": sending.send_email,
    "send_sms": sending.send_sms,
    "render_letter": sending.render_letter,
    "sync_ledger": taking_in.sync_ledger,
    "record_feedback": taking_in.record_feedback,
    "api": answering.api,
}


class RelanceStack(cdk.Stack):
    """All of Relance for one stage."""

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings) -> None:
        super().__init__(
            scope,
            id_,
            description=f"Relance, stage {settings.stage}",
            termination_protection=settings.keep_data,
            # The local engine refuses the publishing role that the usual synthesizer takes on.
            synthesizer=cdk.CliCredentialsStackSynthesizer() if settings.is_local else None,
        )
        cdk.Tags.of(self).add("relance-stage", settings.stage)
        self._settings = settings
        self._storage = Storage(self, "Storage", settings=settings)
        self._queues = {
            name: WorkQueue(self, f"{name}Queue", worker=worker, settings=settings)
            for name, worker in WORKERS.items()
        }
        self._functions: dict[str, PythonFunction] = {}
        self._add_functions()
        self._feed_workers()
        self._add_triggers()
        self._add_way_in()
        acknowledge_patterns(self, storage=self._storage, settings=settings)
        if settings.is_local:
            self._add_clock()

    def _add_functions(self) -> None:
        given = Resources(
            settings=self._settings,
            storage=self._storage,
            work=self._queues,
            mail=Mail(self, "Mail", settings=self._settings, feedback=self._queues["Feedback"]),
        )
        layers = Layers(self, "Layers", settings=self._settings)
        for name, duty in DUTIES.items():
            asked = duty(given)
            self._functions[name] = PythonFunction(
                self,
                "".join(part.capitalize() for part in name.split("_")),
                name=name,
                settings=self._settings,
                layers=layers.with_pdf if asked.with_pdf else layers.usual,
                environment=asked.environment,
                may=asked.may,
                calls_itself=asked.calls_itself,
            )

    def _feed_workers(self) -> None:
        """Connect each queue to its function.

        One message a run where one message is much work (a part of a night, a ledger); few runs at
        once where a provider asks for patience, and never so many that the API has none left.
        """
        batches = {"Plan": 1, "Email": 5, "Sms": 5, "Letter": 5, "Uploads": 1, "Feedback": 10}
        at_once = {"Plan": 50, "Email": 10, "Sms": 5, "Letter": 10, "Uploads": 10, "Feedback": 10}
        for name, worker in WORKERS.items():
            self._queues[name].feed(
                self._functions[worker], batch=batches[name], at_once=at_once[name]
            )

    def _add_triggers(self) -> None:
        planner = self._functions["planner"].function
        storage = self._storage
        night = NightlySchedule(self, "Night", settings=self._settings, planner=planner)
        if self._settings.sms_logs:
            SmsLogs(
                self,
                "SmsLogs",
                worker=self._functions["record_feedback"],
                dead_letters=self._queues["Feedback"].dead_letters,
            )
        Uploads(self, "Uploads", ledgers=storage.ledgers, uploads=self._queues["Uploads"])
        publishers = [each for name, each in self._functions.items() if name != "planner"]
        bus = Bus(self, "Events", settings=self._settings, publishers=publishers)
        self._tell(
            {
                "TableName": storage.table.table_name,
                "LedgerBucketName": storage.ledgers.bucket_name,
                "DocumentsBucketName": storage.documents.bucket_name,
                "PlannerFunctionName": planner.function_name,
                "FeedbackFunctionName": self._functions["record_feedback"].function.function_name,
                "NightDeadLetterQueueUrl": night.dead_letters.queue_url,
                "EventBusName": bus.bus.event_bus_name,
            }
        )
        for name, queue in self._queues.items():
            self._tell(
                {
                    f"{name}QueueUrl": queue.queue.queue_url,
                    f"{name}DeadLetterQueueUrl": queue.dead_letters.queue_url,
                }
            )

    def _add_way_in(self) -> None:
        identity = Identity(self, "Identity", settings=self._settings)
        api = Api(
            self,
            "HttpApi",
            settings=self._settings,
            function=self._functions["api"].function,
        )
        identity.tell(self._functions["api"])
        TenantRole(
            self,
            "Tenant",
            settings=self._settings,
            table=self._storage.table,
            taken_by=self._functions["api"],
        )
        OptOut(
            self,
            "OptOut",
            settings=self._settings,
            api=api,
            links_by=self._functions["send_sms"],
            read_by=self._functions["api"],
        )
        Postal(
            self,
            "Postal",
            settings=self._settings,
            sealed_by=self._functions["api"],
            opened_by=[self._functions["render_letter"], self._functions["record_feedback"]],
        )
        self._tell(
            {
                "ApiUrl": api.http.api_endpoint,
                "UserPoolId": identity.pool.user_pool_id,
                "UserPoolClientId": identity.client.user_pool_client_id,
            }
        )

    def _add_clock(self) -> None:
        """Give the stored day to all but the planner, whose event brings the night's own."""
        readers = [f for name, f in self._functions.items() if name != "planner"]
        clock = LocalClock(self, "Clock", readers=readers)
        self._tell({"ClockParameterName": clock.parameter.parameter_name})

    def _tell(self, outputs: Mapping[str, str]) -> None:
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
