"""What is remembered of requests, kept in memory."""

from dataclasses import dataclass
from datetime import datetime

from relance.app.idempotency import KEPT_FOR, LEASE, KeptAnswer, Standing, Taken
from relance.app.limits import Budget


class MemoryRequests:
    """`app.limits.RequestCounter`; `counted` is what was counted, refused requests apart."""

    def __init__(self) -> None:
        self.counted: dict[tuple[str, datetime], int] = {}

    def count(self, budget: Budget, *, minute: datetime, most: int) -> int | None:
        used = self.counted.get((budget, minute), 0)
        if used >= most:
            return None
        self.counted[budget, minute] = used + 1
        return used + 1


@dataclass
class _Kept:
    request: str
    lease: str
    seed: str
    busy_until: datetime
    until: datetime
    answer: KeptAnswer | None = None
    free: bool = False


class MemoryAnswers:
    """`app.idempotency.Answers`."""

    def __init__(self) -> None:
        self.kept: dict[str, _Kept] = {}

    def begin(self, key: str, *, request: str, lease: str, now: datetime) -> Taken | Standing:
        found, seed = self.kept.get(key), lease
        if found is not None and found.until > now:
            gone = found.answer is None and (found.free or found.busy_until <= now)
            if gone and found.request == request:
                seed = found.seed
            elif not found.free:
                return Standing(request=found.request, answer=found.answer)
        self.kept[key] = _Kept(request, lease, seed, now + LEASE, now + KEPT_FOR)
        return Taken(seed=seed)

    def keep(self, key: str, *, lease: str, answer: KeptAnswer, until: datetime) -> bool:
        found = self.kept.get(key)
        if found is None or found.lease != lease or len(answer.body) > 10_000_000:
            return False
        found.answer, found.until = answer, until
        return True

    def release(self, key: str, *, lease: str) -> None:
        found = self.kept.get(key)
        if found is not None and found.lease == lease and found.answer is None:
            found.free = True
