"""What was sent: the exact bytes of every mail and letter, kept in the documents bucket."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import PurePosixPath

from relance.cli.errors import CommandError
from relance.cli.progress import say
from relance.cli.stack import LocalStack


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One kept document. `number` counts from the oldest, so it stays the same."""

    number: int
    key: str
    kept_at: datetime
    size: int

    @property
    def action(self) -> str:
        """The id of the action it belongs to."""
        return PurePosixPath(self.key).stem

    @property
    def is_mail(self) -> bool:
        """Whether it is an e-mail; else it is a letter."""
        return self.key.endswith(".eml")


def documents(stack: LocalStack) -> list[Document]:
    """List what was sent, oldest first."""
    kept = sorted(_objects(stack), key=lambda each: (each[1], each[0]))
    return [
        Document(number=number, key=key, kept_at=at, size=size)
        for number, (key, at, size) in enumerate(kept, start=1)
    ]


def show_list(stack: LocalStack, states: Mapping[str, str]) -> None:
    """Print one line for each document; `states` are those of actions, by id.

    Bytes are kept before they leave: a document without an action was made and never sent.
    """
    listed = documents(stack)
    for document in listed:
        state = states.get(document.action, "never sent").replace("_", " ")
        say(f"{document.number:>4}  {state:<10}  {_summary(stack, document)}")
    if listed:
        say(f"\nrelance outbox {listed[-1].number} shows one; its exact bytes are saved beside.")
    else:
        say("Nothing was sent yet. Type: relance night")


def show(stack: LocalStack, number: int) -> None:
    """Save a document's exact bytes under the instance's folder and print what can be read."""
    document = next((each for each in documents(stack) if each.number == number), None)
    if document is None:
        raise CommandError(f"There is no document {number}. Type: relance outbox, to list them")
    body = _read(stack, document.key)
    path = stack.instance.folder / "outbox" / PurePosixPath(document.key).name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    if document.is_mail:
        say(readable(body))
    say(f"Exactly as sent ({document.size} bytes): {path}")


def readable(mime: bytes) -> str:
    """Return a mail as text: its headers, its plain part, the names of its attachments."""
    mail = _parsed(mime)
    headers = [f"{name}: {value}" for name, value in mail.items()]
    plain = mail.get_body(preferencelist=("plain", "html"))
    attached = [f"[attached: {part.get_filename()}]" for part in mail.iter_attachments()]
    text = plain.get_content().replace("\r\n", "\n") if plain else ""
    return "\n".join([*headers, "", text, *attached])


def _summary(stack: LocalStack, document: Document) -> str:
    if not document.is_mail:
        return f"letter  {PurePosixPath(document.key).name}  ({document.size} bytes)"
    mail = _parsed(_read(stack, document.key))
    return f"e-mail  {mail['To']}  {mail['Subject']}"


def _parsed(mime: bytes) -> EmailMessage:
    return message_from_bytes(mime, policy=policy.default)


def _objects(stack: LocalStack) -> Iterator[tuple[str, datetime, int]]:
    bucket = stack.output("DocumentsBucketName")
    for page in stack.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page.get("Contents", ()):
            yield each["Key"], each["LastModified"], each["Size"]


def _read(stack: LocalStack, key: str) -> bytes:
    bucket = stack.output("DocumentsBucketName")
    return stack.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
