"""The commands of `flask --app wsgi …`."""

from __future__ import annotations

import shutil
from datetime import timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from eventapp.accounts import queries as account_queries
from eventapp.accounts import service as accounts
from eventapp.application import worker
from eventapp.core import audit
from eventapp.core.access import Role
from eventapp.core.config import Settings
from eventapp.core.context import SYSTEM, Context
from eventapp.core.database import Base
from eventapp.core.languages import DEFAULT_LANGUAGE, LANGUAGES
from eventapp.core.tokens import Purpose
from eventapp.core.unit_of_work import clock, unit_of_work
from eventapp.demo import loader
from eventapp.demo.clock import CLOCK_FILE
from eventapp.events.models import Event, Membership
from eventapp.events.queries import find_event
from eventapp.sponsorship.letters import service as letters
from eventapp.sponsorship.sensitive import service as sensitive
from eventapp.sponsorship.sensitive.sealing import CannotOpen, Sealer

staff = AppGroup("staff", help="Accounts of the people who sign in, without a browser.")


def install(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(staff)
    app.cli.add_command(run_worker)
    app.cli.add_command(seal_anew)
    if app.config["DEMO"]:
        app.cli.add_command(demo)


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@with_appcontext
def run_worker(once: bool) -> None:
    """Deliver mail and run the periodic jobs; several workers may run at once."""
    worker.run(once=once)


@click.command("seal-anew")
@with_appcontext
def seal_anew() -> None:
    """Seal passport and bank data with the newest of DATA_KEYS; afterwards the older keys can be taken away."""
    sealer: Sealer = current_app.extensions["sealer"]
    if not sealer.is_ready:
        raise click.ClickException("DATA_KEYS is not set: there is nothing to seal with.")
    total = 0
    try:
        while True:
            with unit_of_work(SYSTEM) as ctx:
                done = sensitive.seal_anew(ctx, sealer) + letters.seal_anew(ctx, sealer)
            if not done:
                break
            total += done
    except CannotOpen as error:
        raise click.ClickException(f"{error}. Put the missing key back, behind the new one.") from None
    click.echo(f"{total} sealed with key {sealer.key_id}.")


@click.command("demo")
@click.option("--reset", is_flag=True, help="Empty the database, the mailbox and the story's clock first.")
@click.option("--if-empty", is_flag=True, help="Do nothing when the database holds any event.")
@click.option("--links", is_flag=True, help="Only print the address and the three sign-in links.")
@with_appcontext
def demo(*, reset: bool, if_empty: bool, links: bool) -> None:
    """Load the sample event; loading it twice changes nothing."""
    settings: Settings = current_app.extensions["settings"]
    if links:
        click.echo(_demo_links(settings))
        return
    if reset:
        _forget(settings)
    with unit_of_work(SYSTEM) as ctx:
        if if_empty and ctx.session.scalar(select(Event.id).limit(1)) is not None:
            return
        loaded = loader.load(ctx)
    click.echo("The sample event is loaded." if loaded else "The sample event was there already.")


def _forget(settings: Settings) -> None:
    """Empty the demo: every row, every mail, and the clock."""
    with unit_of_work(SYSTEM) as ctx:
        for table in reversed(Base.metadata.sorted_tables):
            ctx.session.execute(table.delete())
    if settings.mail_url.startswith("dir:"):
        shutil.rmtree(settings.mail_url.removeprefix("dir:"), ignore_errors=True)
    (settings.instance / CLOCK_FILE).unlink(missing_ok=True)


def _demo_links(settings: Settings) -> str:
    """Return the address of the demo and a link for each of its three people."""
    keys = current_app.extensions["link_keys"]
    lines = ["", f"  The demo is at     {settings.base_url}/demo/", ""]
    with unit_of_work(SYSTEM) as ctx:
        for label, key in (("organiser", "organiser"), ("rapporteur", "rapporteur")):
            account = loader.find_staff(ctx, key)
            if account is not None:
                token = accounts.link_for_any_browser(ctx, keys, account, clock().machine_now(), timedelta(days=1))
                lines.append(f"  Sign in as {label:<11}{settings.base_url}/sign-in/{token}")
        invitation = loader.find_invitation(ctx)
        if invitation is not None:
            token = keys.token(Purpose.PARTICIPATION, invitation.id, invitation.link_version)
            lines.insert(-1, f"  Open as {'invitee':<14}{settings.base_url}/i/{token}")
    return "\n".join([*lines, ""])


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
