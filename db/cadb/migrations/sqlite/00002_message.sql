-- +goose Up
-- Signed messages served lately, so that none has effect twice. sent is what the station's clock said; old rows are pruned.

CREATE TABLE message (
  station  TEXT NOT NULL,
  exchange BLOB NOT NULL, -- transactionID
  nonce    BLOB NOT NULL, -- senderNonce
  sent     BIGINT NOT NULL,
  PRIMARY KEY (station, exchange, nonce)
) WITHOUT ROWID;
CREATE INDEX message_sent ON message (sent);

-- +goose Down
DROP TABLE message;
