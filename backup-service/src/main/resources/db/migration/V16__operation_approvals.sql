-- deletions and exports that wait for a second person, or have its approval
create table operation_approval (
    id           uuid        primary key,
    operation    text        not null check (operation in ('delete', 'export')),
    backup_id    uuid        not null,
    source_id    uuid        not null,
    source_name  text        not null,
    requester    text        not null,
    requested_at timestamptz not null,
    approver     text,
    approved_at  timestamptz,
    expires_at   timestamptz not null,
    unique (operation, backup_id, requester)
);
