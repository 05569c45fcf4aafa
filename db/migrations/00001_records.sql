-- Records of the station. Times are UTC microseconds, 0 where there is none; money is fen. A BLOB named body, private, data,
-- value or doc is sealed (SM4-GCM) to table, row and column. Text that names a person never stands in the clear.

-- +goose Up
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE staff (
    id        TEXT PRIMARY KEY,
    login     TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    role      TEXT NOT NULL,
    password  TEXT NOT NULL,
    active    INTEGER NOT NULL,
    failures  INTEGER NOT NULL,
    locked_to INTEGER NOT NULL
) STRICT;

-- name, number and address are empty for a person: they stand in private.
CREATE TABLE customers (
    id      TEXT PRIMARY KEY,
    type    TEXT NOT NULL,
    name    TEXT NOT NULL,
    id_type TEXT NOT NULL,
    number  TEXT NOT NULL,
    address TEXT NOT NULL,
    private BLOB NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX customers_name ON customers (name) WHERE name <> '';
CREATE INDEX customers_number ON customers (number) WHERE number <> '';

-- What a sealed value is found by: HMAC-SM3 under the column's own key.
CREATE TABLE search (
    tbl TEXT NOT NULL,
    id  TEXT NOT NULL,
    col TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (tbl, id, col)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_key ON search (key);

CREATE TABLE visits (
    id       TEXT PRIMARY KEY,
    customer TEXT REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    private  BLOB NOT NULL, -- the agent
    opened   INTEGER NOT NULL,
    closed   INTEGER NOT NULL,
    by_staff TEXT NOT NULL,
    by_name  TEXT NOT NULL,
    by_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX visits_customer ON visits (customer);

CREATE TABLE cases (
    no            TEXT PRIMARY KEY,
    version       INTEGER NOT NULL CHECK (version > 0),
    visit         TEXT REFERENCES visits (id) DEFERRABLE INITIALLY DEFERRED,
    kind          TEXT NOT NULL,
    status        TEXT NOT NULL,
    money         TEXT NOT NULL,
    customer      TEXT REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    customer_type TEXT NOT NULL,
    project       TEXT NOT NULL,
    product       TEXT NOT NULL,
    years         INTEGER NOT NULL,
    line          TEXT NOT NULL,
    token         TEXT NOT NULL,
    attempt       INTEGER NOT NULL,
    catalog       TEXT NOT NULL,
    fee           INTEGER NOT NULL,
    receipt       TEXT NOT NULL,
    approved      TEXT NOT NULL,
    private       BLOB NOT NULL, -- holder, fields, rejection
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL
) STRICT;
CREATE INDEX cases_visit ON cases (visit);
CREATE INDEX cases_customer ON cases (customer);
CREATE INDEX cases_status ON cases (status, created);
CREATE INDEX cases_created ON cases (created, no);
CREATE INDEX cases_token ON cases (token) WHERE token <> '';
CREATE INDEX cases_receipt ON cases (receipt) WHERE receipt <> '';

CREATE TABLE case_stamps (
    case_no TEXT NOT NULL REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    duty    TEXT NOT NULL,
    staff   TEXT NOT NULL,
    name    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_no, duty)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
    case_no TEXT NOT NULL REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    seq     INTEGER NOT NULL,
    step    TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    state   TEXT NOT NULL,
    code    TEXT NOT NULL,
    data    BLOB NOT NULL,
    staff   TEXT NOT NULL,
    name    TEXT NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (case_no, seq)
) STRICT;

CREATE TABLE lines (
    id        TEXT PRIMARY KEY,
    customer  TEXT REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED,
    holder_id TEXT NOT NULL,
    project   TEXT NOT NULL,
    product   TEXT NOT NULL,
    ordinal   INTEGER NOT NULL,
    created   INTEGER NOT NULL
) STRICT;
CREATE INDEX lines_customer ON lines (customer);

CREATE TABLE certificates (
    serial     TEXT PRIMARY KEY,
    usage      TEXT NOT NULL,
    line       TEXT REFERENCES lines (id) DEFERRABLE INITIALLY DEFERRED,
    case_no    TEXT REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    status     TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after  INTEGER NOT NULL,
    token      TEXT NOT NULL,
    private    BLOB NOT NULL -- subject, DER
) STRICT;
CREATE UNIQUE INDEX certificates_one_valid ON certificates (line, usage) WHERE status = 'valid';
CREATE INDEX certificates_line ON certificates (line);
CREATE INDEX certificates_case ON certificates (case_no);
CREATE INDEX certificates_token ON certificates (token) WHERE token <> '';

CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

CREATE TABLE receipts (
    no         TEXT PRIMARY KEY,
    case_no    TEXT REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    lines      TEXT NOT NULL, -- JSON
    total      INTEGER NOT NULL,
    audit_head TEXT NOT NULL,
    staff      TEXT NOT NULL,
    name       TEXT NOT NULL,
    at         INTEGER NOT NULL
) STRICT;

CREATE TABLE payments (
    id       TEXT PRIMARY KEY,
    case_no  TEXT REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    receipt  TEXT NOT NULL,
    method   TEXT NOT NULL,
    amount   INTEGER NOT NULL,
    given    INTEGER NOT NULL,
    change   INTEGER NOT NULL,
    trade_no TEXT NOT NULL,
    staff    TEXT NOT NULL,
    name     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    updated  INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_case ON payments (case_no);
CREATE INDEX payments_at ON payments (at);

CREATE TABLE entries (
    seq     INTEGER PRIMARY KEY,
    case_no TEXT REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    debit   TEXT NOT NULL,
    credit  TEXT NOT NULL,
    amount  INTEGER NOT NULL CHECK (amount > 0),
    ref     TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX entries_at ON entries (at);

CREATE TABLE stock (
    serial  TEXT PRIMARY KEY,
    model   TEXT NOT NULL,
    state   TEXT NOT NULL,
    case_no TEXT NOT NULL,
    at      INTEGER NOT NULL
) STRICT;

CREATE TABLE papers (
    id      TEXT PRIMARY KEY,
    case_no TEXT REFERENCES cases (no) DEFERRABLE INITIALLY DEFERRED,
    kind    TEXT NOT NULL,
    no      TEXT NOT NULL,
    doc     BLOB NOT NULL,
    reprint INTEGER NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX papers_case ON papers (case_no);

CREATE TABLE spool (
    id    TEXT PRIMARY KEY,
    paper TEXT NOT NULL REFERENCES papers (id) DEFERRABLE INITIALLY DEFERRED,
    name  TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    cause TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;
CREATE INDEX spool_state ON spool (state, at);

CREATE TABLE outbox (
    epoch        INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    type         TEXT NOT NULL,
    body         BLOB NOT NULL,
    prev         BLOB NOT NULL,
    hash         BLOB NOT NULL,
    signature    BLOB NOT NULL,
    at           INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL, -- when
    PRIMARY KEY (epoch, seq)
) STRICT;
CREATE INDEX outbox_pending ON outbox (epoch, seq) WHERE acknowledged = 0;

-- The chain of acts. Every column is hashed or signed. Not STRICT: what another program wrote in is reported, not guessed at.
CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY NOT NULL,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    act       TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    prev      BLOB NOT NULL,
    hash      BLOB NOT NULL,
    signature BLOB NOT NULL
);
CREATE INDEX audit_subject ON audit (subject);

CREATE TABLE audit_head (
    id        INTEGER PRIMARY KEY CHECK (id = 1),
    seq       INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER receipts_update BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER receipts_delete BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payments_update BEFORE UPDATE ON payments BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER payments_delete BEFORE DELETE ON payments BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER entries_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER journal_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
