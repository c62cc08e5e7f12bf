"""The table and the buckets: encrypted, closed, kept."""

from tests.infra.assembly import Assembly, target


def test_the_table_can_be_restored_and_is_encrypted(stack: Assembly) -> None:
    [table] = stack.of_type("DynamoDB::Table").values()
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"


def test_the_table_has_the_keys_and_indexes_that_the_store_spells(stack: Assembly) -> None:
    [table] = stack.of_type("DynamoDB::Table").values()
    shapes = {"table": table["KeySchema"]} | {
        index["IndexName"]: index["KeySchema"] for index in table["GlobalSecondaryIndexes"]
    }
    names = {
        name: {key["KeyType"]: key["AttributeName"] for key in shape}
        for name, shape in shapes.items()
    }
    assert names == {
        "table": {"HASH": "pk", "RANGE": "sk"},
        "due": {"HASH": "due_pk", "RANGE": "due_sk"},
        "lists": {"HASH": "list_pk", "RANGE": "list_sk"},
    }
    projections = {
        index["IndexName"]: index["Projection"]["ProjectionType"]
        for index in table["GlobalSecondaryIndexes"]
    }
    assert projections == {"due": "KEYS_ONLY", "lists": "ALL"}


def test_no_bucket_can_be_opened_to_the_public(stack: Assembly) -> None:
    for bucket in stack.of_type("S3::Bucket").values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        [ownership] = bucket["OwnershipControls"]["Rules"]
        assert ownership["ObjectOwnership"] == "BucketOwnerEnforced"


def test_every_bucket_is_encrypted_and_keeps_versions(stack: Assembly) -> None:
    for bucket in stack.of_type("S3::Bucket").values():
        [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


def test_every_bucket_refuses_plain_http_on_aws(aws_stack: Assembly) -> None:
    refusing = {
        target(policy["Bucket"])
        for policy in aws_stack.of_type("S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    assert refusing == set(aws_stack.of_type("S3::Bucket"))


def test_only_the_ledger_bucket_tells_of_new_files(stack: Assembly) -> None:
    telling = {
        id_
        for id_, bucket in stack.of_type("S3::Bucket").items()
        if "NotificationConfiguration" in bucket
    }
    [ledgers] = telling
    assert "Ledgers" in ledgers
    assert stack.of_type("S3::Bucket")[ledgers]["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }


def test_prod_keeps_its_data_when_the_stack_goes(stack: Assembly) -> None:
    kept = "Retain" if stack.stage == "prod" else "Delete"
    for kind in ("DynamoDB::Table", "S3::Bucket", "Cognito::UserPool", "Logs::LogGroup"):
        for resource in stack.template["Resources"].values():
            if resource["Type"] == f"AWS::{kind}":
                assert resource["DeletionPolicy"] == kept
                assert resource["UpdateReplacePolicy"] == kept
    [table] = stack.of_type("DynamoDB::Table").values()
    [pool] = stack.of_type("Cognito::UserPool").values()
    assert table["DeletionProtectionEnabled"] is (stack.stage == "prod")
    assert pool.get("DeletionProtection", "INACTIVE") == (
        "ACTIVE" if stack.stage == "prod" else "INACTIVE"
    )
