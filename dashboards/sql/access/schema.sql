-- The users, their sessions and tokens, and the audit of what concerns people; kept beside the event log in SQLite.

CREATE TABLE IF NOT EXISTS user (
    -- One row per user, those who were disabled included: their name stays with what they did.
    user_id INTEGER PRIMARY KEY,             -- the user's number
    name TEXT NOT NULL UNIQUE,               -- in one form, see `users.plain_name`
    password TEXT,                           -- hash; NULL for who signs in elsewhere only, and for machines
    must_change INTEGER NOT NULL DEFAULT 0,  -- the password is a one-time one
    password_until TEXT,                     -- the moment a one-time password ends
    roles TEXT NOT NULL,                     -- JSON list
    places TEXT,                             -- JSON list of `city` and `city/district`; NULL for everywhere
    disabled INTEGER NOT NULL DEFAULT 0,     -- 1: may not come in
    created_at TEXT NOT NULL                 -- ISO 8601, UTC
) STRICT;

CREATE TABLE IF NOT EXISTS session (
    -- One row per browser that is signed in.
    key_hash BLOB PRIMARY KEY,               -- sha256 of what the cookie holds
    user_id INTEGER NOT NULL REFERENCES user,
    csrf TEXT NOT NULL,                  -- what forms of this session must carry
    address TEXT NOT NULL,                   -- from where it began
    began_at TEXT NOT NULL,                  -- ISO 8601, UTC
    seen_at TEXT NOT NULL,                   -- when it was last used
    began_by TEXT NOT NULL DEFAULT 'password'  -- what proved who it is: password, provider or proxy
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS session_of_user ON session (user_id);

CREATE TABLE IF NOT EXISTS attempt (
    -- One row per browser that was sent to an identity provider and is not back yet.
    key_hash BLOB PRIMARY KEY,               -- sha256 of what the browser's cookie holds
    state TEXT NOT NULL,                     -- what the provider must send back
    nonce TEXT NOT NULL,                     -- what its token must carry
    verifier TEXT NOT NULL,                  -- of PKCE
    goes_on TEXT NOT NULL,                   -- the page that was asked for
    until TEXT NOT NULL                      -- the moment it ends
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS token (
    -- One row per token that lets a machine use the API as a user.
    token_id INTEGER PRIMARY KEY,            -- the token's number
    key_hash BLOB NOT NULL UNIQUE,           -- sha256 of the token
    user_id INTEGER NOT NULL REFERENCES user,
    label TEXT NOT NULL,                     -- what it is for
    may_act INTEGER NOT NULL,                -- 0: it only reads
    created_at TEXT NOT NULL,
    until TEXT,                              -- the moment it ends; NULL for never
    revoked_at TEXT,                         -- when it was ended before its time
    used_at TEXT                             -- when it was last used
) STRICT;

CREATE TABLE IF NOT EXISTS failure (
    -- One row per account or address from which signing in lately failed.
    kind TEXT NOT NULL CHECK (kind IN ('account', 'address')),  -- account or address
    name TEXT NOT NULL,
    n INTEGER NOT NULL,                      -- failures since the last success
    last_at TEXT NOT NULL,                   -- when it last failed
    PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS audit (
    -- One row per deed that concerns people or access; rows are added and never changed.
    audit_id INTEGER PRIMARY KEY AUTOINCREMENT,  -- the deed's number
    at TEXT NOT NULL,                        -- ISO 8601, UTC
    who TEXT NOT NULL,                       -- a user's name, or the command line
    what TEXT NOT NULL,                      -- a deed of `audit.DEEDS`
    about TEXT NOT NULL,                     -- whom or what it concerns
    address TEXT NOT NULL,                   -- from where
    details TEXT NOT NULL                    -- JSON object
) STRICT;
CREATE INDEX IF NOT EXISTS audit_of_user ON audit (who, audit_id);
CREATE TRIGGER IF NOT EXISTS audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit is not changed'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit is not deleted'); END;
