-- tokens that backup-service made; every service has them all, so that none depends on another to know its callers
create table access_token (
    id           uuid        primary key,
    name         text        not null,
    -- SHA-256 in hex of a token with 256 random bits
    hash         text        not null unique,
    -- comma-separated; names have no commas
    roles        text        not null,
    sources      text        not null,
    environments text        not null,
    expires_at   timestamptz,
    created_by   text        not null,
    created_at   timestamptz not null,
    revoked_by   text,
    revoked_at   timestamptz
);
