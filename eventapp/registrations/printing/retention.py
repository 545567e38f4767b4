"""What print jobs forget when somebody is erased: finished documents, which name everybody who is on them."""

from __future__ import annotations

from sqlalchemy import select, update

from eventapp.core.context import Context
from eventapp.registrations.printing.models import PrintJob
from eventapp.registrations.printing.states import MACHINE, PrintAction, PrintState


def forget_documents(ctx: Context, event_id: int) -> None:
    """Delete the event's documents, and begin anew those in the making; what is still needed can be printed again.

    That there was a job stays, with the numbers of the people on it, so that others are not taken for new.
    """
    ctx.session.execute(
        update(PrintJob)
        .where(PrintJob.event_id == event_id, PrintJob.document.is_not(None))
        .values(document=None)
        .execution_options(synchronize_session=False)
    )
    for job in ctx.session.scalars(
        select(PrintJob).where(PrintJob.event_id == event_id, PrintJob.state == PrintState.RUNNING).with_for_update()
    ):
        MACHINE.move(ctx, job, PrintAction.RETRY)  # whoever makes it finds that it is not theirs any more
        job.started_at, job.done = None, 0
