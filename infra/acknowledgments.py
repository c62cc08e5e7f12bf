"""Why a grant may end in a pattern; any other pattern is refused by the checks."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from infra.constructs.storage import Storage
from infra.duties.duty import INVOICES, LOGOS, OF_TENANTS, PROOFS, REFUSED, SENT, UPLOADED
from infra.settings import StageSettings

BOUND = "A file of any tenant: a store is bound to one tenant's prefix when made."
LOOPBACK = "The local engine speaks plain HTTP, on this machine's loopback only."
IDENTITIES = "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*"


def acknowledge_patterns(stack: cdk.Stack, *, storage: Storage, settings: StageSettings) -> None:
    """Tell the checks which patterns are meant, and on the local stage what it can't do."""
    ledgers, documents = (_name(stack, each) for each in (storage.ledgers, storage.documents))
    reasons = {
        **{f"IAM5[Resource::<{ledgers}.Arn>/{keys}]": BOUND for keys in (OF_TENANTS, UPLOADED)},
        **{
            f"IAM5[Resource::<{documents}.Arn>/{keys}]": BOUND
            for keys in (OF_TENANTS, SENT, PROOFS, INVOICES, LOGOS, REFUSED)
        },
    }
    if settings.is_local:
        reasons |= {
            "IAM5[Resource::*]": "The local engine checks a mail's sending on '*' alone.",
            "S10": LOOPBACK,
            "SQS4": LOOPBACK,
        }
    else:
        reasons[f"IAM5[Resource::{IDENTITIES}]"] = (
            "Tenants send from domains of their own, verified after this stack is made."
        )
    cdk.Validations.of(stack).acknowledge(
        *(
            cdk.Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason)
            for rule, reason in reasons.items()
        )
    )


def _name(stack: cdk.Stack, bucket: s3.Bucket) -> str:
    return stack.get_logical_id(cast("cdk.CfnElement", bucket.node.default_child))
