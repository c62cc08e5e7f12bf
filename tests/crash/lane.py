"""A lane: one worker, and the part of Lambda that hands it messages one at a time."""

from contextlib import nullcontext
from typing import Any

from tests.crash.company import Message, Stage
from tests.crash.harm import Cell, Harm, Point, call_at
from tests.crash.lanes import access_key
from tests.crash.worker import Death, Killed, Order, Worker
from tests.functions.workers.events import failures, scheduled, sqs_batch


class Lane:
    """One worker with its number."""

    def __init__(self, stage: Stage, number: int) -> None:
        self._stage = stage
        self._key = access_key(number)
        self._worker = Worker(stage.environment(number))

    def stop(self) -> None:
        self._worker.stop()

    def start_night(self) -> None:
        """Run the planner, as the nightly rule does: when it fails, twice more."""
        event = scheduled(self._stage.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
        for last in (False, False, True):
            try:
                self._run("planner", event)
            except RuntimeError:
                if last:
                    raise
            else:
                return

    def deliver(self, message: Message, *, death: Death | None = None) -> bool:
        """Hand a message to its function; delete it when that succeeded, as Lambda does."""
        try:
            with self._stage.cloud.posting if message.queue == "letter" else nullcontext():
                answer = self._run(message.queue, sqs_batch(message.body), death)
        except Killed:
            return False
        if failures(answer):
            return False
        self._stage.done(message)
        return True

    def strike(self, message: Message, cell: Cell) -> int:
        """Deliver a message under this failure; return how many calls were struck by it."""
        cloud, call = self._stage.cloud, cell.call
        if call.first_throttled:
            handed_over = call_at(Point.HAND_OVER, cell.way)
            assert handed_over is not None
            cloud.strike(self._key, handed_over, Harm.THROTTLED, after=False, times=1)
        if call.service == "maileva" and cell.harm is not Harm.KILLED:
            with cloud.posting:
                cloud.strike(self._key, call, cell.harm, after=cell.after)
                self.deliver(message)
                return cloud.leave_the_post_alone()
        if cell.harm is not Harm.KILLED:
            cloud.strike(self._key, call, cell.harm, after=cell.after)
            self.deliver(message)
            return cloud.leave_alone(self._key) - call.first_throttled
        deleted = self.deliver(message, death=Death(call, cell.after))
        cloud.leave_alone(self._key)
        return not deleted

    def _run(self, function: str, event: dict[str, Any], death: Death | None = None) -> Any:
        return self._worker.run(Order(function, event, self._stage.clock.now(), death))
