"""Where facts are kept: DynamoDB, S3 and the queues. Every key is spelt in `keys`."""
