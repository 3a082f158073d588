-- two tokens that count never have one name
create unique index access_token_name on access_token (name) where revoked_at is null;

-- when a token was last used, as the services tell; config:NAME for a token of holdfast.yaml
create table credential_use (
    credential   text        primary key,
    service      text        not null,
    last_used_at timestamptz not null
);
