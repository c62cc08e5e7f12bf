"""Each function may do what it does, and nothing else."""

from collections.abc import Mapping
from fnmatch import fnmatch
from typing import Any

import pytest

from relance.app.logos import logo_key
from relance.messages.logo import Logo
from relance.runtime import parts
from relance.store import confined, keys
from tests.infra.assembly import FUNCTIONS, Assembly, as_list, target, texts

READ = {"ReadTable": {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}}
WRITE = {
    "WriteTable": {
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    }
}
LOGS = {"WriteLogs": {"logs:CreateLogStream", "logs:PutLogEvents"}}
FED = {"TakeMessages": {"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"}}
ENQUEUE = {"sqs:SendMessage"}
# On AWS, leave to send a message is leave to send a batch.
ONLY_THE_LOCAL_ENGINE_KNOWS = {"local": {"sqs:SendMessageBatch"}, "dev": set(), "prod": set()}
CLOCK = {"ReadClock": {"ssm:GetParameter"}}

# Where the delivery logs of text messages are read, without a queue between.
KEPT = {"KeepWhatFailed": ENQUEUE}

MAY: dict[str, dict[str, set[str]]] = {
    "planner": {"ListTenants": {"dynamodb:Query"}, "StartTenants": ENQUEUE},
    "plan_tenant": {
        **READ,
        **WRITE,
        **FED,
        "PublishEvents": {"events:PutEvents"},
        "QueryDueIndex": {"dynamodb:Query"},
        "QueryListsIndex": {"dynamodb:Query"},
        "HandOnTheRest": ENQUEUE,
        "EnqueueEmail": ENQUEUE,
        "EnqueueSms": ENQUEUE,
        "EnqueueLetter": ENQUEUE,
    },
    "send_email": {
        **READ,
        **WRITE,
        **FED,
        "PublishEvents": {"events:PutEvents"},
        "KeepWhatIsSent": {"s3:PutObject"},
        "AttachInvoices": {"s3:GetObject"},
        "TryAgainEmail": ENQUEUE,
        "SendMail": {"ses:SendEmail", "ses:SendRawEmail"},
    },
    "send_sms": {
        **READ,
        **WRITE,
        **FED,
        "PublishEvents": {"events:PutEvents"},
        "KeepWhatIsSent": {"s3:PutObject"},
        "TryAgainSms": ENQUEUE,
        "SendTexts": {"sns:Publish"},
        "ReadOptOutKey": {"secretsmanager:GetSecretValue"},
    },
    "render_letter": {
        **READ,
        **WRITE,
        **FED,
        "PublishEvents": {"events:PutEvents"},
        "KeepWhatIsSent": {"s3:PutObject"},
        "ReadLogo": {"s3:GetObject"},
        "TryAgainLetter": ENQUEUE,
        "QueryListsIndex": {"dynamodb:Query"},
        "ReadLetters": {"s3:GetObject"},
        "PostalAccounts": {"kms:Decrypt"},
    },
    "sync_ledger": {
        **READ,
        **WRITE,
        **FED,
        "QueryListsIndex": {"dynamodb:Query"},
        "ReadLedgers": {"s3:GetObject", "s3:GetObjectVersion"},
        "KeepRefusedRows": {"s3:PutObject"},
        "KeepInvoices": {"s3:PutObject"},
        "ForgetUploadsVersions": {"s3:ListBucketVersions"},
        "ForgetUploads": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
        "ForgetMessagesVersions": {"s3:ListBucketVersions"},
        "ForgetMessages": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
        "TryAgainUploads": ENQUEUE,
        "PublishEvents": {"events:PutEvents"},
    },
    "record_feedback": {
        **READ,
        **WRITE,
        **FED,
        "PublishEvents": {"events:PutEvents"},
        "KeepProofs": {"s3:PutObject"},
        "TakeBackProofsVersions": {"s3:ListBucketVersions"},
        "TakeBackProofs": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
        "PostalAccounts": {"kms:Decrypt"},
    },
    "api": {
        "ReadWhoAsks": {"dynamodb:GetItem"},
        "ChangeWhoAsks": WRITE["WriteTable"],
        "ListWhoAsks": {"dynamodb:Query"},
        "TakeOnTenant": {"sts:AssumeRole"},
        "PublishEvents": {"events:PutEvents"},
        "LookAgain": ENQUEUE,
        "TellOfLetters": ENQUEUE,
        "TakeInConfirmed": ENQUEUE,
        "PostalAccounts": {"kms:Decrypt", "kms:Encrypt"},
        "EnqueueEmail": ENQUEUE,
        "EnqueueSms": ENQUEUE,
        "EnqueueLetter": ENQUEUE,
        "SignUploads": {"s3:PutObject"},
        "SignInvoices": {"s3:PutObject"},
        "KeepLogo": {"s3:PutObject"},
        "SignDownloads": {"s3:GetObject"},
        "ErasePersonsVersions": {"s3:ListBucketVersions"},
        "ErasePersons": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
        "ReadOptOutKey": {"secretsmanager:GetSecretValue"},
    },
}


def by_purpose(stack: Assembly, name: str) -> dict[str, dict[str, Any]]:
    """Return a function's statements by their purpose."""
    return {statement["Sid"]: statement for statement in stack.statements(name)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_what_is_written_here_and_no_more(stack: Assembly, name: str) -> None:
    clock = CLOCK if stack.stage == "local" and name != "planner" else {}
    given = {
        purpose: set(as_list(statement["Action"])) - ONLY_THE_LOCAL_ENGINE_KNOWS[stack.stage]
        for purpose, statement in by_purpose(stack, name).items()
    }
    kept = KEPT if stack.stage == "prod" and name == "record_feedback" else {}
    assert given == {**LOGS, **MAY[name], **clock, **kept}
    assert len(stack.statements(name)) == len(given), "two statements with one purpose"


def test_files_are_erased_under_the_prefixes_of_documents_about_persons_only(
    stack: Assembly,
) -> None:
    erasing = by_purpose(stack, "api")["ErasePersons"]
    files = [each for each in texts(erasing["Resource"]) if each.startswith("/")]
    assert files == ["/tenants/*/documents/*", "/tenants/*/invoices/*"]
    listing = by_purpose(stack, "api")["ErasePersonsVersions"]
    told = listing.get("Condition")
    prefixes = {"StringLike": {"s3:prefix": ["tenants/*/documents/*", "tenants/*/invoices/*"]}}
    assert told == (None if stack.stage == "local" else prefixes)


def test_no_grant_is_made_outside_the_roles(stack: Assembly) -> None:
    assert not stack.of_type("IAM::Policy")
    assert not stack.of_type("IAM::ManagedPolicy")


def test_no_grant_ends_in_a_pattern_but_these(stack: Assembly) -> None:
    open_ended = {
        (name, purpose)
        for name in FUNCTIONS
        for purpose, statement in by_purpose(stack, name).items()
        if any("*" in text for text in texts([statement["Action"], statement.get("Resource", "")]))
    }
    assert open_ended == {
        ("send_email", "KeepWhatIsSent"),  # files of all tenants
        ("send_email", "AttachInvoices"),
        ("send_email", "SendMail"),  # the domains that tenants verify
        ("send_sms", "KeepWhatIsSent"),
        ("render_letter", "KeepWhatIsSent"),
        ("render_letter", "ReadLogo"),
        ("render_letter", "ReadLetters"),
        ("record_feedback", "KeepProofs"),
        ("record_feedback", "TakeBackProofs"),
        ("sync_ledger", "ReadLedgers"),
        ("sync_ledger", "KeepRefusedRows"),
        ("sync_ledger", "KeepInvoices"),
        ("sync_ledger", "ForgetUploads"),
        ("sync_ledger", "ForgetMessages"),
        ("api", "SignUploads"),
        ("api", "SignInvoices"),
        ("api", "KeepLogo"),
        ("api", "SignDownloads"),
        ("api", "ErasePersons"),
    }


def test_no_grant_is_on_everything_on_aws(aws_stack: Assembly) -> None:
    for name in FUNCTIONS:
        for statement in aws_stack.statements(name):
            assert "*" not in as_list(statement.get("Resource", []))


def test_the_table_is_granted_apart_from_its_indexes(stack: Assembly) -> None:
    [table] = stack.of_type("DynamoDB::Table")
    for name in FUNCTIONS:
        for purpose, statement in by_purpose(stack, name).items():
            if any("dynamodb:" in action for action in as_list(statement["Action"])):
                index = {
                    "QueryDueIndex": "/index/due",
                    "QueryListsIndex": "/index/lists",
                    "ListWhoAsks": "/index/lists",
                }
                expected: Mapping[str, Any] = {"Fn::GetAtt": [table, "Arn"]}
                if purpose in index:
                    expected = {"Fn::Join": ["", [expected, index[purpose]]]}
                assert statement["Resource"] == expected


def test_the_planner_sees_the_list_of_tenants_only(stack: Assembly) -> None:
    condition = by_purpose(stack, "planner")["ListTenants"]["Condition"]
    listed = keys.tenant_entry("").pk
    assert condition == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [listed]}}


def test_the_api_itself_knows_who_asks_and_reaches_no_tenants_records(stack: Assembly) -> None:
    own = by_purpose(stack, "api")
    leading = {
        purpose: own[purpose]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
        for purpose in ("ReadWhoAsks", "ChangeWhoAsks", "ListWhoAsks")
    }
    of_tenants = (
        keys.tenant("atelier"),
        keys.customer("atelier", "C1"),
        keys.listed_customer("atelier", "C1"),
        keys.tenant_entry("atelier"),
    )
    for patterns in leading.values():
        assert not [key for key in of_tenants if any(fnmatch(key.pk, each) for each in patterns)]
    for key in (keys.membership("anna"), keys.program_key("k"), keys.invitation("i")):
        assert any(fnmatch(key.pk, each) for each in leading["ReadWhoAsks"])
    for place in (keys.listed_program_key("a", "", ""), keys.listed_invitation("a", "", "")):
        assert any(fnmatch(place.pk, each) for each in leading["ListWhoAsks"])


def test_a_tenants_records_are_reached_by_a_role_that_only_the_api_takes_on(
    stack: Assembly,
) -> None:
    told = stack.functions()["api"]["Environment"]["Variables"]
    taken = target(told["RELANCE_TENANT_ROLE"])
    role = stack.of_type("IAM::Role")[taken]
    [trusted] = role["AssumeRolePolicyDocument"]["Statement"]
    assert target(trusted["Principal"]["AWS"]) == target(stack.functions()["api"]["Role"])
    asked = "".join(texts(by_purpose(stack, "api")["TakeOnTenant"]["Resource"]))
    assert f"relance-{stack.stage}-" in asked
    assert asked.endswith("".join(texts(role["RoleName"])).removeprefix("Fn::Join"))
    [policy] = role["Policies"]
    allowed = {
        action
        for statement in policy["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }
    assert allowed == set(confined.ACTIONS)
    [table] = stack.of_type("DynamoDB::Table")
    assert told["RELANCE_TABLE_ARN"] == {"Fn::GetAtt": [table, "Arn"]}
    for name in FUNCTIONS:
        others = (s for s in stack.statements(name) if "sts:AssumeRole" in as_list(s["Action"]))
        assert name == "api" or not list(others)


def test_a_text_goes_to_a_number_and_never_to_a_topic(stack: Assembly) -> None:
    statement = by_purpose(stack, "send_sms")["SendTexts"]
    assert "Resource" not in statement
    assert "".join(texts(statement["NotResource"])).endswith(":sns:*:*:*")


def test_files_are_granted_below_the_tenants_prefix(stack: Assembly) -> None:
    for name in FUNCTIONS:
        for statement in stack.statements(name):
            actions = as_list(statement["Action"])
            if "s3:ListBucketVersions" in actions:
                continue  # of a bucket: confined by the prefix that is asked for
            if any("s3:" in action for action in actions):
                assert any(text.startswith("/tenants/*") for text in texts(statement["Resource"]))


def test_uploads_are_signed_for_the_ledger_bucket_and_its_upload_keys(stack: Assembly) -> None:
    resource = by_purpose(stack, "api")["SignUploads"]["Resource"]
    bucket, path = resource["Fn::Join"][1]
    assert "Ledgers" in target(bucket)
    assert path == "/tenants/*/uploads/*"


def test_logos_are_kept_and_read_where_logos_are_and_nowhere_else(stack: Assembly) -> None:
    tenant, logo = "atelier", Logo(content=b"", kind="png", width=1, height=1)
    for name, purpose in (("api", "KeepLogo"), ("render_letter", "ReadLogo")):
        bucket, path = by_purpose(stack, name)[purpose]["Resource"]["Fn::Join"][1]
        assert "Documents" in target(bucket)
        assert path == "/tenants/*/logo/*"
        assert fnmatch(f"/{logo_key(tenant, logo)}", path)


def test_each_enqueues_on_the_queue_it_names(stack: Assembly) -> None:
    names = {
        "HandOnTheRest": "Plan",
        "StartTenants": "Plan",
        "LookAgain": "Plan",
        "TellOfLetters": "Feedback",
        "TakeInConfirmed": "Uploads",
    } | {
        f"{purpose}{channel}": channel
        for purpose in ("Enqueue", "TryAgain")
        for channel in ("Email", "Sms", "Letter", "Uploads")
    }
    for name in FUNCTIONS:
        for purpose, statement in by_purpose(stack, name).items():
            if purpose in KEPT:
                wanted = stack.template["Outputs"]["FeedbackDeadLetterQueueUrl"]["Value"]
                assert target(statement["Resource"]) == target(wanted)
            elif "sqs:SendMessage" in as_list(statement["Action"]):
                assert target(statement["Resource"]) == stack.queue_id(names[purpose])


def test_each_takes_messages_from_the_queue_that_feeds_it(stack: Assembly) -> None:
    for mapping in stack.of_type("Lambda::EventSourceMapping").values():
        [name] = (
            name for name in FUNCTIONS if stack.function_id(name) == target(mapping["FunctionName"])
        )
        taken = by_purpose(stack, name)["TakeMessages"]["Resource"]
        assert target(taken) == target(mapping["EventSourceArn"])


def test_a_function_writes_to_its_own_log_group(stack: Assembly) -> None:
    for name, function in stack.functions().items():
        written = by_purpose(stack, name)["WriteLogs"]["Resource"]
        assert target(written) == target(function["LoggingConfig"]["LogGroup"])


def test_mail_leaves_by_verified_identities_and_our_configuration_set(aws_stack: Assembly) -> None:
    resources = by_purpose(aws_stack, "send_email")["SendMail"]["Resource"]
    ends = {list(texts(resource))[-1] for resource in resources}
    assert ends == {":identity/*", target_of_set(resources)}


def target_of_set(resources: list[Any]) -> str:
    """Return the last part of the ARN that names the configuration set."""
    [found] = (r for r in resources if any("configuration-set/" in text for text in texts(r)))
    return list(texts(found))[-1]


def test_accounts_are_sealed_and_opened_with_one_key_and_as_postal_accounts_only(
    stack: Assembly,
) -> None:
    [key] = stack.of_type("KMS::Key")
    for name in ("api", "render_letter", "record_feedback"):
        statement = by_purpose(stack, name)["PostalAccounts"]
        assert target(statement["Resource"]) == key
        said = {"StringEquals": {"kms:EncryptionContext:purpose": parts.POSTAL_ACCOUNT}}
        assert statement["Condition"] == {
            **({} if stack.stage == "local" else said),
            "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["tenant", "purpose"]},
        }


def test_the_key_of_accounts_is_changed_every_year_and_nobody_s_but_the_account_s(
    stack: Assembly,
) -> None:
    [key] = stack.of_type("KMS::Key").values()
    assert key["EnableKeyRotation"] is True
    for statement in key["KeyPolicy"]["Statement"]:
        assert list(statement["Principal"]) == ["AWS"]
        assert list(texts(statement["Principal"]))[-1].endswith(":root")
