-- the latest proof of base backups and instants; the proofs themselves are in the vault
alter table wal_archive
    add column proven_at     timestamptz,
    add column proof_failure text,
    -- whether base backup or WAL are at fault, and not the machine that proves
    add column proof_fault   boolean not null default false;
