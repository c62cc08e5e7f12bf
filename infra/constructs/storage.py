"""Where things are kept: one table and two buckets."""

from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.settings import StageSettings

STRING = dynamodb.AttributeType.STRING


class Storage(Construct):
    """The table, the bucket that ledgers are put on, and the bucket of what was sent."""

    def __init__(self, scope: Construct, id_: str, *, settings: StageSettings) -> None:
        super().__init__(scope, id_)
        self._tls_only = settings.tls_only
        self._removal = (
            cdk.RemovalPolicy.RETAIN if settings.keep_data else cdk.RemovalPolicy.DESTROY
        )
        self.table = self._make_table(protected=settings.keep_data)
        self.ledgers = self._make_bucket("Ledgers", old_versions_days=90)
        self.documents = self._make_bucket("Documents", old_versions_days=365)
        # On the resource itself: the construct's own option would add a function to set it.
        ledgers = cast("s3.CfnBucket", self.ledgers.node.default_child)
        ledgers.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )

    def _make_table(self, *, protected: bool) -> dynamodb.Table:
        table = dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=STRING),
            sort_key=dynamodb.Attribute(name="sk", type=STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            # What is remembered of requests goes by itself: counts and answers.
            time_to_live_attribute="expires_at",
            deletion_protection=protected,
            removal_policy=self._removal,
        )
        for index, projection in (
            ("due", dynamodb.ProjectionType.KEYS_ONLY),
            ("lists", dynamodb.ProjectionType.ALL),
        ):
            key = index.removesuffix("s")
            table.add_global_secondary_index(
                index_name=index,
                partition_key=dynamodb.Attribute(name=f"{key}_pk", type=STRING),
                sort_key=dynamodb.Attribute(name=f"{key}_sk", type=STRING),
                projection_type=projection,
            )
        return table

    def _make_bucket(self, id_: str, *, old_versions_days: int) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            id_,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=self._tls_only,
            minimum_tls_version=1.2 if self._tls_only else None,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            removal_policy=self._removal,
            lifecycle_rules=[
                s3.LifecycleRule(
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
                    noncurrent_version_expiration=cdk.Duration.days(old_versions_days),
                )
            ],
        )
        cdk.Validations.of(bucket).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-S1",
                reason="Access is traced by CloudTrail data events where the operator wants it; "
                "access logs would be one more store of names and addresses to expire.",
            )
        )
        return bucket
