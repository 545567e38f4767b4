"""The commands of `flask --app wsgi …`."""

from __future__ import annotations

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from eventapp.accounts import queries as account_queries
from eventapp.accounts import service as accounts
from eventapp.application import worker
from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.config import Settings
from eventapp.core.context import SYSTEM, Context
from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.unit_of_work import clock, unit_of_work
from eventapp.events.models import Membership
from eventapp.events.queries import find_event

staff = AppGroup("staff", help="Accounts of the people who sign in, without a browser.")


def install(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(staff)
    app.cli.add_command(run_worker)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
def run_worker(once: bool) -> None:
    """Deliver mail and run the periodic jobs; several workers may run at once."""
    worker.run(once=once)


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="How pages and the audit name the person.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=DEFAULT_LANGUAGE, show_default=True)
@click.option("--event", "slug", help="The event in which the person gets the role.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="What the person is to the event.")
@click.option("--admin", is_flag=True, help="May do everything in every event.")
def add_staff(email: str, *, name: str, language: str, slug: str | None, role: str | None, admin: bool) -> None:
    """Make the account, unless there is one, and give it the role."""
    if (slug is None) != (role is None):
        raise click.UsageError("--event and --role belong together.")
    with unit_of_work(SYSTEM) as ctx:
        try:
            account = accounts.add_account(ctx, email, name, language, admin=admin)
        except ValueError:
            raise click.BadParameter(f"{email} is not a mail address.") from None
        ctx.session.flush()
        if slug is not None and role is not None:
            _give_role(ctx, account.id, slug, Role(role))
        click.echo(f"{account.name} <{account.email}>")


@staff.command("link")
@click.argument("email")
def print_link(email: str) -> None:
    """Print a link that signs the person in once, within an hour, in any browser."""
    with unit_of_work(SYSTEM) as ctx:
        account = account_queries.find_account(ctx.session, email)
        if account is None or account.disabled_at is not None:
            raise click.ClickException(f"Nobody signs in with {email}. See: staff add")
        token = accounts.link_for_any_browser(ctx, current_app.extensions["link_keys"], account, clock().machine_now())
    settings: Settings = current_app.extensions["settings"]
    click.echo(f"{settings.base_url}/sign-in/{token}")


def _give_role(ctx: Context, account_id: int, slug: str, role: Role) -> None:
    event = find_event(ctx.session, slug)
    if event is None:
        raise click.BadParameter(f"There is no event {slug}.")
    held = ctx.session.scalar(
        select(Membership).where(
            Membership.event_id == event.id, Membership.account_id == account_id, Membership.role == role
        )
    )
    if held is None:
        membership = Membership(event_id=event.id, account_id=account_id, role=role, created_at=ctx.now)
        ctx.session.add(membership)
        ctx.session.flush()
        audit.record(ctx, membership, "create", {"role": role.value})
