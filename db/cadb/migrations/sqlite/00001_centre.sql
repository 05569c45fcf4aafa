-- +goose Up
-- Times are microseconds since 1970 UTC, 0 for none. Bodies named sealed are sealed by the service.

CREATE TABLE setting (
  name  TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL -- sealed, but for the key check
);

CREATE TABLE station (
  id   TEXT NOT NULL PRIMARY KEY,
  tls  TEXT UNIQUE,   -- hex SM3 of the TLS certificate in use
  body TEXT NOT NULL  -- JSON
);

CREATE TABLE pair (
  idem           TEXT NOT NULL PRIMARY KEY,
  station        TEXT NOT NULL REFERENCES station (id),
  digest         TEXT NOT NULL,
  public_key     TEXT NOT NULL,
  sign_serial    TEXT NOT NULL UNIQUE,
  encrypt_serial TEXT NOT NULL UNIQUE,
  sign_hash      TEXT NOT NULL UNIQUE,
  encrypt_hash   TEXT NOT NULL UNIQUE,
  status         TEXT NOT NULL CHECK (status IN ('issued', 'confirmed', 'hold', 'revoked')),
  issued         BIGINT NOT NULL,
  confirmed      BIGINT NOT NULL,
  revoked        BIGINT NOT NULL,
  reason         INTEGER NOT NULL,
  body           BLOB NOT NULL, -- sealed
  CHECK (sign_serial <> encrypt_serial)
);
CREATE INDEX pair_public_key ON pair (public_key);
CREATE INDEX pair_unconfirmed ON pair (issued) WHERE status = 'issued';

CREATE TABLE revocation (
  serial  TEXT NOT NULL PRIMARY KEY,
  revoked BIGINT NOT NULL,
  reason  INTEGER NOT NULL
);

CREATE TABLE staff (
  id        TEXT NOT NULL PRIMARY KEY,
  login_key TEXT NOT NULL UNIQUE,
  body      BLOB NOT NULL -- sealed
);

CREATE TABLE event (
  station   TEXT NOT NULL REFERENCES station (id),
  epoch     BIGINT NOT NULL,
  seq       BIGINT NOT NULL,
  type      TEXT NOT NULL,
  body      BLOB NOT NULL, -- sealed
  prev      BLOB NOT NULL,
  hash      BLOB NOT NULL,
  signature BLOB NOT NULL,
  created   BIGINT NOT NULL,
  stored    BIGINT NOT NULL,
  PRIMARY KEY (station, epoch, seq)
);

CREATE TABLE receipt_range (
  station TEXT NOT NULL REFERENCES station (id),
  prefix  TEXT NOT NULL,
  from_no BIGINT NOT NULL,
  to_no   BIGINT NOT NULL,
  PRIMARY KEY (prefix, from_no),
  CHECK (from_no > 0 AND to_no >= from_no)
);

CREATE TABLE log (
  seq     BIGINT NOT NULL PRIMARY KEY,
  created BIGINT NOT NULL,
  station TEXT NOT NULL,
  act     TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail  TEXT NOT NULL,
  prev    BLOB NOT NULL,
  hash    BLOB NOT NULL
);

-- +goose StatementBegin
CREATE TRIGGER event_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER pair_delete BEFORE DELETE ON pair BEGIN SELECT RAISE(ABORT, 'never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER range_update BEFORE UPDATE ON receipt_range BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER range_delete BEFORE DELETE ON receipt_range BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE log;
DROP TABLE receipt_range;
DROP TABLE event;
DROP TABLE staff;
DROP TABLE revocation;
DROP TABLE pair;
DROP TABLE station;
DROP TABLE setting;
