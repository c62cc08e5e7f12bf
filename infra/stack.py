"""The stack: which parts there are and how they are wired. Each part is in `constructs/`."""

from collections.abc import Mapping
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs import grants
from infra.constructs.api import Api, limits_told
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
from infra.settings import StageSettings

WORKERS = {  # queue: the function it feeds
    "Plan": "plan_tenant",
    "Email": "send_email",
    "Sms": "send_sms",
    "Letter": "render_letter",
    "Uploads": "sync_ledger",
    "Feedback": "record_feedback",
}
CHANNELS = ("Email", "Sms", "Letter")
OF_TENANTS = "tenants/*"
SENT = "tenants/*/documents/*"
INVOICES = "tenants/*/invoices/*"
LOGOS = "tenants/*/logo/*"
REFUSED = "tenants/*/imports/*"


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
        self._mail = Mail(self, "Mail", settings=settings, feedback=self._queues["Feedback"])
        self._layers = Layers(self, "Layers", settings=settings)
        self._functions: dict[str, PythonFunction] = {}
        self._add_planning()
        self._add_senders()
        self._add_syncs()
        self._add_api_function()
        self._feed_workers()
        self._add_triggers()
        self._add_way_in()
        self._acknowledge()
        if settings.is_local:
            self._add_clock()

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

    def _add_planning(self) -> None:
        table = self._storage.table
        plan = self._queues["Plan"].queue
        self._add(
            "planner",
            environment={"TABLE": table.table_name, "PLAN_QUEUE": plan.queue_url},
            may=[grants.list_tenants(table), grants.enqueue("StartTenants", plan)],
        )
        self._add(
            "plan_tenant",
            environment={
                "TABLE": table.table_name,
                "PLAN_QUEUE": plan.queue_url,
                "PLAN_CUSTOMERS": str(self._settings.plan_customers),
            }
            | self._channel_queues(),
            may=[
                grants.read_table(table),
                grants.write_table(table),
                grants.query_index(table, "due"),
                # A change of rules concerns every customer, due or not.
                grants.query_index(table, "lists"),
                grants.enqueue("HandOnTheRest", plan),
                *self._enqueue_on_channels(),
            ],
            # A night is a chain of continuations; Lambda would cut it after 16 as a runaway loop.
            calls_itself=True,
        )

    def _add_senders(self) -> None:
        table, documents = self._storage.table, self._storage.documents
        facts = [grants.read_table(table), grants.write_table(table)]
        keep = grants.put_files("KeepWhatIsSent", documents, keys=OF_TENANTS)
        stores = {"TABLE": table.table_name, "DOCUMENTS_BUCKET": documents.bucket_name}
        again = {name: self._queues[name].queue for name in CHANNELS}
        self._add(
            "send_email",
            environment=stores
            | {
                "EMAIL_QUEUE": again["Email"].queue_url,
                "SES_CONFIGURATION_SET": self._mail.configuration_set.configuration_set_name,
                "PLATFORM_SENDER": self._settings.platform_sender,
            },
            may=[
                *facts,
                keep,
                grants.read_files("AttachInvoices", documents, keys=INVOICES),
                grants.enqueue("TryAgainEmail", again["Email"]),
                grants.send_mail(self._mail.may_send_as),
            ],
            with_pdf=True,  # for statements of account
            # What waits while the provider asks for patience comes back more than 16 times.
            calls_itself=True,
        )
        self._add(
            "send_sms",
            environment=stores | {"SMS_QUEUE": again["Sms"].queue_url},
            may=[*facts, keep, grants.enqueue("TryAgainSms", again["Sms"]), grants.send_texts()],
            calls_itself=True,
        )
        self._add(
            "render_letter",
            environment=stores
            | {"LETTER_QUEUE": again["Letter"].queue_url}
            | Postal.told(self._settings),
            may=[
                *facts,
                keep,
                # A day's letters that are printed by hand, to be put together.
                grants.query_index(table, "lists"),
                grants.read_files("ReadLetters", documents, keys=SENT),
                grants.read_files("ReadLogo", documents, keys=LOGOS),
                grants.enqueue("TryAgainLetter", again["Letter"]),
            ],
            with_pdf=True,
            calls_itself=True,
        )

    def _add_syncs(self) -> None:
        table, ledgers = self._storage.table, self._storage.ledgers
        uploads = self._queues["Uploads"].queue
        facts = [grants.read_table(table), grants.write_table(table)]
        self._add(
            "sync_ledger",
            environment={
                "TABLE": table.table_name,
                "LEDGER_BUCKET": ledgers.bucket_name,
                "DOCUMENTS_BUCKET": self._storage.documents.bucket_name,
                "UPLOADS_QUEUE": uploads.queue_url,
                # Most of the work is waiting for the table; more would wait for the processor.
                "CUSTOMERS_AT_ONCE": "8",
            },
            may=[
                *facts,
                # A whole ledger closes what it no longer has: every stored customer is looked at.
                grants.query_index(table, "lists"),
                grants.read_file_versions("ReadLedgers", ledgers, keys=OF_TENANTS),
                grants.put_files("KeepRefusedRows", self._storage.documents, keys=REFUSED),
                *grants.erase_files(
                    "ForgetUploads", ledgers, keys=[OF_TENANTS], settings=self._settings
                ),
                *grants.erase_files(
                    "ForgetMessages",
                    self._storage.documents,
                    keys=[SENT, REFUSED, INVOICES],
                    settings=self._settings,
                ),
                grants.put_files("KeepInvoices", self._storage.documents, keys=INVOICES),
                grants.enqueue("TryAgainUploads", uploads),
            ],
            # What waits its turn comes back more than 16 times.
            calls_itself=True,
        )
        documents = self._storage.documents
        self._add(
            "record_feedback",
            environment={
                "TABLE": table.table_name,
                "DOCUMENTS_BUCKET": documents.bucket_name,
            }
            | Postal.told(self._settings),
            may=[*facts, grants.put_files("KeepProofs", documents, keys=SENT)],
        )

    def _add_api_function(self) -> None:
        table, storage = self._storage.table, self._storage
        plan = self._queues["Plan"].queue
        self._add(
            "api",
            environment={
                "TABLE": table.table_name,
                "LEDGER_BUCKET": storage.ledgers.bucket_name,
                "DOCUMENTS_BUCKET": storage.documents.bucket_name,
                "PLAN_QUEUE": plan.queue_url,
                "FEEDBACK_QUEUE": self._queues["Feedback"].queue.queue_url,
                "UPLOADS_QUEUE": self._queues["Uploads"].queue.queue_url,
            }
            | limits_told(self._settings.requests_a_minute)
            | self._channel_queues(),
            may=[
                *grants.know_who_asks(table),  # a tenant's own records: by TenantRole only
                grants.enqueue("LookAgain", plan),
                grants.enqueue("TellOfLetters", self._queues["Feedback"].queue),
                grants.enqueue("TakeInConfirmed", self._queues["Uploads"].queue),
                *self._enqueue_on_channels(),  # what a person approved
                grants.put_files("SignUploads", storage.ledgers, keys="tenants/*/uploads/*"),
                grants.put_files("SignInvoices", storage.documents, keys=INVOICES),
                grants.put_files("KeepLogo", storage.documents, keys=LOGOS),
                grants.read_files("SignDownloads", storage.documents, keys=OF_TENANTS),
                *grants.erase_files(
                    "ErasePersons",
                    storage.documents,
                    keys=[SENT, INVOICES],
                    settings=self._settings,
                ),
            ],
        )

    def _channel_queues(self) -> dict[str, str]:
        return {f"{name.upper()}_QUEUE": self._queues[name].queue.queue_url for name in CHANNELS}

    def _enqueue_on_channels(self) -> list[iam.PolicyStatement]:
        return [
            grants.enqueue_batches(
                f"Enqueue{name}", self._queues[name].queue, settings=self._settings
            )
            for name in CHANNELS
        ]

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

    def _add(
        self,
        name: str,
        *,
        environment: Mapping[str, str],
        may: list[iam.PolicyStatement],
        with_pdf: bool = False,
        calls_itself: bool = False,
    ) -> None:
        self._functions[name] = PythonFunction(
            self,
            "".join(part.capitalize() for part in name.split("_")),
            name=name,
            settings=self._settings,
            layers=self._layers.with_pdf if with_pdf else self._layers.usual,
            environment=environment,
            may=may,
            calls_itself=calls_itself,
        )

    def _acknowledge(self) -> None:
        """Say why a grant may end in a pattern; any other pattern is refused by the checks."""
        ledgers, documents = (
            self.get_logical_id(cast("cdk.CfnElement", bucket.node.default_child))
            for bucket in (self._storage.ledgers, self._storage.documents)
        )
        of_tenants = "A file of any tenant: a store is bound to one tenant's prefix when made."
        reasons = {
            f"IAM5[Resource::<{ledgers}.Arn>/tenants/*]": of_tenants,
            f"IAM5[Resource::<{ledgers}.Arn>/tenants/*/uploads/*]": of_tenants,
            f"IAM5[Resource::<{documents}.Arn>/tenants/*]": of_tenants,
            f"IAM5[Resource::<{documents}.Arn>/{SENT}]": of_tenants,
            f"IAM5[Resource::<{documents}.Arn>/{INVOICES}]": of_tenants,
            f"IAM5[Resource::<{documents}.Arn>/{LOGOS}]": of_tenants,
            f"IAM5[Resource::<{documents}.Arn>/{REFUSED}]": of_tenants,
        }
        if self._settings.is_local:
            loopback = "The local engine speaks plain HTTP, on this machine's loopback only."
            reasons |= {
                "IAM5[Resource::*]": "The local engine checks a mail's sending on '*' alone.",
                "S10": loopback,
                "SQS4": loopback,
            }
        else:
            identities = "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*"
            reasons[f"IAM5[Resource::{identities}]"] = (
                "Tenants send from domains of their own, verified after this stack is made."
            )
        cdk.Validations.of(self).acknowledge(
            *(
                cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason)
                for rule, reason in reasons.items()
            )
        )

    def _tell(self, outputs: Mapping[str, str]) -> None:
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
