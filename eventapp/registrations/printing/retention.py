"""What print jobs forget: finished documents, which name everybody who is on them."""

from __future__ import annotations

from sqlalchemy import delete

from eventapp.core.context import Context
from eventapp.registrations.printing.models import PrintJob


def forget_documents(ctx: Context, event_id: int) -> None:
    """Delete the event's print jobs, for somebody on them was erased; what is still needed can be printed anew."""
    ctx.session.execute(delete(PrintJob).where(PrintJob.event_id == event_id))
