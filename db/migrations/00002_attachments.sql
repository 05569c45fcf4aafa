-- Scans and photographs, and how far the centre's feed was taken in.

-- +goose Up
-- digest is a keyed digest of the content: equal scans are stored once, and the name tells nothing about them.
CREATE TABLE attachments (
    digest TEXT PRIMARY KEY,
    type   TEXT NOT NULL, -- media type
    size   INTEGER NOT NULL,
    body   BLOB NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

CREATE TABLE case_attachments (
    case_no  TEXT NOT NULL REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    material TEXT NOT NULL,
    digest   TEXT NOT NULL REFERENCES attachments (digest) DEFERRABLE INITIALLY DEFERRED,
    at       INTEGER NOT NULL,
    PRIMARY KEY (case_no, material, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    feed   TEXT PRIMARY KEY,
    cursor INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER outbox_delete BEFORE DELETE ON outbox BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
