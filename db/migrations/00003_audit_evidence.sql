-- +goose Up
-- The audit table proves itself: every row is hashed, chained and covered by a signed head, so that any change is found by
-- `certdesk audit verify`. A trigger would only stop those who do not know how to drop it, and would keep an inspector from
-- trying the proof. The other append-only tables keep theirs.
DROP TRIGGER audit_update;
DROP TRIGGER audit_delete;

-- +goose Down
CREATE TRIGGER audit_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER audit_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;
