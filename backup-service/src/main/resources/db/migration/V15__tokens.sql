-- when a token was last used, as the services tell; config:NAME for a token of holdfast.yaml
create table credential_use (
    credential   text        primary key,
    service      text        not null,
    last_used_at timestamptz not null
);
