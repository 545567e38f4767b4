"""Sponsorship: funds, requests, reviews, books, letters, sealed data; a fresh code; two more roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


ROLES = ("owner", "organiser", "reviewer", "coordinator", "budget_holder", "rapporteur", "desk", "observer")
ADDED = ("finance", "officer")


def upgrade() -> None:
    """Go forward; `membership` may be rebuilt on SQLite, because no table refers to it."""
    _allow_roles((*ROLES, *ADDED))
    op.create_table(
        "step_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step_up")),
    )
    op.create_index(op.f("ix_step_up_browser_hash"), "step_up", ["browser_hash"], unique=False)
    op.create_index(op.f("ix_step_up_expires_at"), "step_up", ["expires_at"], unique=False)
    op.create_index(op.f("ix_step_up_subject"), "step_up", ["subject"], unique=False)

    op.create_table(
        "sponsorship_fund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("cap_travel", sa.BigInteger(), nullable=True),
        sa.Column("cap_accommodation", sa.BigInteger(), nullable=True),
        sa.Column("cap_visa_fee", sa.BigInteger(), nullable=True),
        sa.Column("cap_local_transport", sa.BigInteger(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decisions_by", sa.Date(), nullable=True),
        sa.Column("offer_days", sa.Integer(), nullable=False),
        sa.Column("claims_until", sa.Date(), nullable=True),
        sa.Column("audit_days", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_sponsorship_fund_budget")),
        sa.CheckConstraint("places IS NULL OR places >= 0", name=op.f("ck_sponsorship_fund_places")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_fund_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_fund")),
    )
    op.create_index(op.f("ix_sponsorship_fund_event_id"), "sponsorship_fund", ["event_id"], unique=False)

    op.create_table(
        "sponsorship_letter_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("support", "visa", name="letter_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("subject", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_letter_template_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_letter_template")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_sponsorship_letter_template_event_id_kind")),
    )
    op.create_index(
        op.f("ix_sponsorship_letter_template_event_id"), "sponsorship_letter_template", ["event_id"], unique=False
    )

    op.create_table(
        "sponsorship_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.JSON(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_signature_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_signature")),
        sa.UniqueConstraint("event_id", name=op.f("uq_sponsorship_signature_event_id")),
    )
    op.create_table(
        "sponsorship_workplace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sponsorship_workplace_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_workplace_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_workplace")),
        sa.UniqueConstraint(
            "event_id",
            "account_id",
            "organisation",
            name=op.f("uq_sponsorship_workplace_event_id_account_id_organisation"),
        ),
    )
    op.create_index(op.f("ix_sponsorship_workplace_account_id"), "sponsorship_workplace", ["account_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_workplace_event_id"), "sponsorship_workplace", ["event_id"], unique=False)

    op.create_table(
        "sponsorship_hotel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["sponsorship_fund.id"], name=op.f("fk_sponsorship_hotel_fund_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_hotel")),
    )
    op.create_index(op.f("ix_sponsorship_hotel_fund_id"), "sponsorship_hotel", ["fund_id"], unique=False)

    op.create_table(
        "sponsorship_hotel_night",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hotel_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("rooms", sa.Integer(), nullable=False),
        sa.CheckConstraint("rooms >= 0", name=op.f("ck_sponsorship_hotel_night_rooms")),
        sa.ForeignKeyConstraint(
            ["hotel_id"], ["sponsorship_hotel.id"], name=op.f("fk_sponsorship_hotel_night_hotel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_hotel_night")),
        sa.UniqueConstraint("hotel_id", "night", name=op.f("uq_sponsorship_hotel_night_hotel_id_night")),
    )
    op.create_index(op.f("ix_sponsorship_hotel_night_hotel_id"), "sponsorship_hotel_night", ["hotel_id"], unique=False)

    op.create_table(
        "sponsorship_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "info_needed",
                "in_review",
                "proposed",
                "offered",
                "accepted",
                "travelled",
                "settled",
                "waitlisted",
                "rejected",
                "declined",
                "expired",
                "withdrawn",
                "cancelled",
                "no_show",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("saved", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("pages_done", sa.JSON(), nullable=False),
        sa.Column("origin_city", sa.String(length=200), nullable=False),
        sa.Column("origin_country", sa.String(length=2), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("take_home", sa.Text(), nullable=False),
        sa.Column("other_funding", sa.Text(), nullable=False),
        sa.Column(
            "need",
            sa.Enum("needed", "partly", "welcome", name="need", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("need_words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("info_question", sa.Text(), nullable=False),
        sa.Column("info_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("info_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("info_answer", sa.Text(), nullable=False),
        sa.Column("info_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "offer", "waitlist", "reject", name="outcome", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("proposal_note", sa.Text(), nullable=False),
        sa.Column("decision_words", sa.Text(), nullable=False),
        sa.Column("told_state", sa.String(length=40), nullable=True),
        sa.Column("told_words", sa.Text(), nullable=False),
        sa.Column("hotel_id", sa.Integer(), nullable=True),
        sa.Column("first_night", sa.Date(), nullable=True),
        sa.Column("last_night", sa.Date(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_reminded_for", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_request_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["sponsorship_fund.id"], name=op.f("fk_sponsorship_request_fund_id")),
        sa.ForeignKeyConstraint(["hotel_id"], ["sponsorship_hotel.id"], name=op.f("fk_sponsorship_request_hotel_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["account.id"], name=op.f("fk_sponsorship_request_proposed_by_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_sponsorship_request_registration_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["released_by_id"], ["account.id"], name=op.f("fk_sponsorship_request_released_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_request")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_sponsorship_request_registration_id")),
    )
    op.create_index(op.f("ix_sponsorship_request_event_id"), "sponsorship_request", ["event_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_request_event_id_state"), "sponsorship_request", ["event_id", "state"], unique=False
    )
    op.create_index(op.f("ix_sponsorship_request_fund_id"), "sponsorship_request", ["fund_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_request_fund_id_state"), "sponsorship_request", ["fund_id", "state"], unique=False
    )
    op.create_index(op.f("ix_sponsorship_request_hotel_id"), "sponsorship_request", ["hotel_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_request_offer_expires_at"), "sponsorship_request", ["offer_expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_request_proposed_by_id"), "sponsorship_request", ["proposed_by_id"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_request_released_by_id"), "sponsorship_request", ["released_by_id"], unique=False
    )

    op.create_table(
        "sponsorship_conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sponsorship_conflict_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_conflict_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_conflict_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_conflict")),
        sa.UniqueConstraint("request_id", "account_id", name=op.f("uq_sponsorship_conflict_request_id_account_id")),
    )
    op.create_index(op.f("ix_sponsorship_conflict_account_id"), "sponsorship_conflict", ["account_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_conflict_event_id"), "sponsorship_conflict", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_conflict_request_id"), "sponsorship_conflict", ["request_id"], unique=False)

    op.create_table(
        "sponsorship_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("support", "visa", name="letter_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "valid",
                "superseded",
                "revoked",
                name="letter_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_letter_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["account.id"], name=op.f("fk_sponsorship_letter_issued_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_letter_request_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["sponsorship_letter.id"], name=op.f("fk_sponsorship_letter_superseded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_sponsorship_letter_number")),
    )
    op.create_index(op.f("ix_sponsorship_letter_event_id"), "sponsorship_letter", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_letter_issued_by_id"), "sponsorship_letter", ["issued_by_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_letter_request_id"), "sponsorship_letter", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_letter_request_id_kind"), "sponsorship_letter", ["request_id", "kind"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_letter_superseded_by_id"), "sponsorship_letter", ["superseded_by_id"], unique=False
    )

    op.create_table(
        "sponsorship_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "travel",
                "accommodation",
                "visa_fee",
                "local_transport",
                name="line_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "approved",
                "booked",
                "claimed",
                "authorised",
                "paid",
                "refused",
                "released",
                name="line_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("estimate", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "prepaid",
                "reimbursed",
                "in_kind",
                name="line_mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed", sa.BigInteger(), nullable=True),
        sa.Column("approved", sa.BigInteger(), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("approved IS NULL OR approved >= 0", name=op.f("ck_sponsorship_line_approved")),
        sa.CheckConstraint("estimate >= 0", name=op.f("ck_sponsorship_line_estimate")),
        sa.CheckConstraint("proposed IS NULL OR proposed >= 0", name=op.f("ck_sponsorship_line_proposed")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_line_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sponsorship_request.id"], name=op.f("fk_sponsorship_line_request_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_line")),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_sponsorship_line_request_id_kind")),
    )
    op.create_index(op.f("ix_sponsorship_line_event_id"), "sponsorship_line", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_line_request_id"), "sponsorship_line", ["request_id"], unique=False)

    op.create_table(
        "sponsorship_remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sponsorship_remark_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_remark_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_remark")),
    )
    op.create_index(op.f("ix_sponsorship_remark_account_id"), "sponsorship_remark", ["account_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_remark_request_id_id"), "sponsorship_remark", ["request_id", "id"], unique=False
    )

    op.create_table(
        "sponsorship_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "assigned",
                "scored",
                "recused",
                name="review_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("relevance", sa.Integer(), nullable=True),
        sa.Column("application", sa.Integer(), nullable=True),
        sa.Column("equity", sa.Integer(), nullable=True),
        sa.Column("need", sa.Integer(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recusal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "application IS NULL OR application BETWEEN 0 AND 5", name=op.f("ck_sponsorship_review_application")
        ),
        sa.CheckConstraint("equity IS NULL OR equity BETWEEN 0 AND 5", name=op.f("ck_sponsorship_review_equity")),
        sa.CheckConstraint("need IS NULL OR need BETWEEN 0 AND 5", name=op.f("ck_sponsorship_review_need")),
        sa.CheckConstraint(
            "relevance IS NULL OR relevance BETWEEN 0 AND 5", name=op.f("ck_sponsorship_review_relevance")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sponsorship_review_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_review_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_review_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_review")),
        sa.UniqueConstraint("request_id", "account_id", name=op.f("uq_sponsorship_review_request_id_account_id")),
    )
    op.create_index(op.f("ix_sponsorship_review_account_id"), "sponsorship_review", ["account_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_review_event_id"), "sponsorship_review", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_review_request_id"), "sponsorship_review", ["request_id"], unique=False)

    op.create_table(
        "sponsorship_room_held",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("hotel_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["hotel_id"], ["sponsorship_hotel.id"], name=op.f("fk_sponsorship_room_held_hotel_id")),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_room_held_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_room_held")),
        sa.UniqueConstraint("request_id", "night", name=op.f("uq_sponsorship_room_held_request_id_night")),
    )
    op.create_index(op.f("ix_sponsorship_room_held_hotel_id"), "sponsorship_room_held", ["hotel_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_room_held_hotel_id_night"), "sponsorship_room_held", ["hotel_id", "night"], unique=False
    )
    op.create_index(op.f("ix_sponsorship_room_held_request_id"), "sponsorship_room_held", ["request_id"], unique=False)

    op.create_table(
        "sponsorship_sensitive_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("passport", "bank", name="sensitive_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["account.id"],
            name=op.f("fk_sponsorship_sensitive_record_asked_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_sensitive_record_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_sensitive_record_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_sensitive_record")),
        sa.UniqueConstraint("request_id", "kind", name=op.f("uq_sponsorship_sensitive_record_request_id_kind")),
    )
    op.create_index(
        op.f("ix_sponsorship_sensitive_record_asked_by_id"),
        "sponsorship_sensitive_record",
        ["asked_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sponsorship_sensitive_record_event_id"), "sponsorship_sensitive_record", ["event_id"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_sensitive_record_key_id"), "sponsorship_sensitive_record", ["key_id"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_sensitive_record_request_id"), "sponsorship_sensitive_record", ["request_id"], unique=False
    )

    op.create_table(
        "sponsorship_successor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("ended_id", sa.Integer(), nullable=False),
        sa.Column("suggested_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ended_id"], ["sponsorship_request.id"], name=op.f("fk_sponsorship_successor_ended_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_successor_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["sponsorship_fund.id"], name=op.f("fk_sponsorship_successor_fund_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["suggested_id"],
            ["sponsorship_request.id"],
            name=op.f("fk_sponsorship_successor_suggested_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_successor")),
        sa.UniqueConstraint("ended_id", name=op.f("uq_sponsorship_successor_ended_id")),
    )
    op.create_index(op.f("ix_sponsorship_successor_event_id"), "sponsorship_successor", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_successor_fund_id"), "sponsorship_successor", ["fund_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_successor_suggested_id"), "sponsorship_successor", ["suggested_id"], unique=False
    )

    op.create_table(
        "sponsorship_authorisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("authorised_by_id", sa.Integer(), nullable=True),
        sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["authorised_by_id"],
            ["account.id"],
            name=op.f("fk_sponsorship_authorisation_authorised_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_authorisation_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["sponsorship_line.id"], name=op.f("fk_sponsorship_authorisation_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_authorisation")),
    )
    op.create_index(
        op.f("ix_sponsorship_authorisation_authorised_by_id"),
        "sponsorship_authorisation",
        ["authorised_by_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_sponsorship_authorisation_event_id"), "sponsorship_authorisation", ["event_id"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorship_authorisation_line_id"), "sponsorship_authorisation", ["line_id"], unique=False
    )

    op.create_table(
        "sponsorship_booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=30), nullable=False),
        sa.Column("rate_on", sa.Date(), nullable=False),
        sa.Column("rate_source", sa.String(length=100), nullable=False),
        sa.Column("converted", sa.BigInteger(), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_sponsorship_booking_amount")),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["account.id"], name=op.f("fk_sponsorship_booking_booked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_booking_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["sponsorship_line.id"], name=op.f("fk_sponsorship_booking_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_booking")),
    )
    op.create_index(op.f("ix_sponsorship_booking_booked_by_id"), "sponsorship_booking", ["booked_by_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_booking_event_id"), "sponsorship_booking", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_booking_line_id"), "sponsorship_booking", ["line_id"], unique=False)

    op.create_table(
        "sponsorship_ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "budget",
                "commitment",
                "release",
                "payment",
                "refund",
                name="entry_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=100), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["sponsorship_fund.id"], name=op.f("fk_sponsorship_ledger_entry_fund_id")),
        sa.ForeignKeyConstraint(["line_id"], ["sponsorship_line.id"], name=op.f("fk_sponsorship_ledger_entry_line_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["sponsorship_request.id"], name=op.f("fk_sponsorship_ledger_entry_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_ledger_entry")),
    )
    op.create_index(op.f("ix_sponsorship_ledger_entry_fund_id"), "sponsorship_ledger_entry", ["fund_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_ledger_entry_fund_id_id"), "sponsorship_ledger_entry", ["fund_id", "id"], unique=False
    )
    op.create_index(op.f("ix_sponsorship_ledger_entry_line_id"), "sponsorship_ledger_entry", ["line_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorship_ledger_entry_request_id"), "sponsorship_ledger_entry", ["request_id"], unique=False
    )

    op.create_table(
        "sponsorship_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.String(length=30), nullable=True),
        sa.Column("rate_on", sa.Date(), nullable=True),
        sa.Column("rate_source", sa.String(length=100), nullable=False),
        sa.Column("converted", sa.BigInteger(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_because", sa.String(length=300), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_sponsorship_receipt_amount")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["account.id"], name=op.f("fk_sponsorship_receipt_checked_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_sponsorship_receipt_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["sponsorship_line.id"], name=op.f("fk_sponsorship_receipt_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorship_receipt")),
        sa.UniqueConstraint("name", name=op.f("uq_sponsorship_receipt_name")),
    )
    op.create_index(
        op.f("ix_sponsorship_receipt_checked_by_id"), "sponsorship_receipt", ["checked_by_id"], unique=False
    )
    op.create_index(op.f("ix_sponsorship_receipt_created_at"), "sponsorship_receipt", ["created_at"], unique=False)
    op.create_index(op.f("ix_sponsorship_receipt_event_id"), "sponsorship_receipt", ["event_id"], unique=False)
    op.create_index(op.f("ix_sponsorship_receipt_line_id"), "sponsorship_receipt", ["line_id"], unique=False)


def downgrade() -> None:
    """Go back; who has only a new role has none then."""
    op.drop_table("sponsorship_receipt")
    op.drop_table("sponsorship_ledger_entry")
    op.drop_table("sponsorship_booking")
    op.drop_table("sponsorship_authorisation")
    op.drop_table("sponsorship_successor")
    op.drop_table("sponsorship_sensitive_record")
    op.drop_table("sponsorship_room_held")
    op.drop_table("sponsorship_review")
    op.drop_table("sponsorship_remark")
    op.drop_table("sponsorship_line")
    op.drop_table("sponsorship_letter")
    op.drop_table("sponsorship_conflict")
    op.drop_table("sponsorship_request")
    op.drop_table("sponsorship_hotel_night")
    op.drop_table("sponsorship_hotel")
    op.drop_table("sponsorship_workplace")
    op.drop_table("sponsorship_signature")
    op.drop_table("sponsorship_letter_template")
    op.drop_table("sponsorship_fund")
    op.drop_table("step_up")
    op.execute("DELETE FROM membership WHERE role IN ('finance', 'officer')")
    _allow_roles(ROLES)


def _allow_roles(roles: tuple[str, ...]) -> None:
    allowed = ", ".join(f"'{role}'" for role in roles)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if not on_sqlite:
        op.drop_constraint(op.f("ck_membership_role"), "membership", type_="check")
    with op.batch_alter_table("membership", recreate="always" if on_sqlite else "never") as membership:
        membership.create_check_constraint(op.f("ck_membership_role"), f"role IN ({allowed})")
