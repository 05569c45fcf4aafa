-- +goose Up
-- Single certificates of other families than SM2 stand beside the pairs: no encryption certificate, a CRL of their own.

CREATE TABLE pair_new (
  idem           TEXT NOT NULL PRIMARY KEY,
  family         TEXT NOT NULL,
  station        TEXT NOT NULL REFERENCES station (id),
  digest         TEXT NOT NULL,
  public_key     TEXT NOT NULL,
  sign_serial    TEXT NOT NULL UNIQUE,
  encrypt_serial TEXT UNIQUE, -- NULL for a single certificate
  sign_hash      TEXT NOT NULL UNIQUE,
  encrypt_hash   TEXT UNIQUE,
  status         TEXT NOT NULL CHECK (status IN ('issued', 'confirmed', 'hold', 'revoked')),
  issued         BIGINT NOT NULL,
  confirmed      BIGINT NOT NULL,
  revoked        BIGINT NOT NULL,
  reason         INTEGER NOT NULL,
  body           BLOB NOT NULL, -- sealed
  CHECK (sign_serial <> encrypt_serial),
  CHECK ((family = 'sm2') = (encrypt_serial IS NOT NULL)),
  CHECK ((family = 'sm2') = (encrypt_hash IS NOT NULL))
);
INSERT INTO pair_new (idem, family, station, digest, public_key, sign_serial, encrypt_serial, sign_hash, encrypt_hash, status, issued,
  confirmed, revoked, reason, body)
SELECT idem, 'sm2', station, digest, public_key, sign_serial, encrypt_serial, sign_hash, encrypt_hash, status, issued, confirmed, revoked,
  reason, body FROM pair;
DROP TABLE pair;
ALTER TABLE pair_new RENAME TO pair;
CREATE INDEX pair_public_key ON pair (public_key);
CREATE INDEX pair_unconfirmed ON pair (issued) WHERE status = 'issued';
-- +goose StatementBegin
CREATE TRIGGER pair_delete BEFORE DELETE ON pair BEGIN SELECT RAISE(ABORT, 'never deleted'); END;
-- +goose StatementEnd

ALTER TABLE revocation ADD COLUMN family TEXT NOT NULL DEFAULT 'sm2';

-- +goose Down
-- Loses single certificates: fails where there are any.
CREATE TABLE pair_old (
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
INSERT INTO pair_old SELECT idem, station, digest, public_key, sign_serial, encrypt_serial, sign_hash, encrypt_hash, status, issued,
  confirmed, revoked, reason, body FROM pair;
DROP TABLE pair;
ALTER TABLE pair_old RENAME TO pair;
CREATE INDEX pair_public_key ON pair (public_key);
CREATE INDEX pair_unconfirmed ON pair (issued) WHERE status = 'issued';
-- +goose StatementBegin
CREATE TRIGGER pair_delete BEFORE DELETE ON pair BEGIN SELECT RAISE(ABORT, 'never deleted'); END;
-- +goose StatementEnd
ALTER TABLE revocation DROP COLUMN family;
