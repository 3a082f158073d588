-- what was asked for, approvals, switches, and the record of what was found and done

alter table restore
  add column kind text not null default 'NEW',
  add column request text not null default '{}',
  add column requested_by text not null default '',
  add column outcome_sequence bigint not null default 0,
  add column completed_at timestamptz,
  add column approval_expires_at timestamptz,
  add column approved_by text,
  add column approved_at timestamptz,
  add column live_oid bigint,
  add column switched_at timestamptz,
  add column kept_until timestamptz,
  add column plan text,
  add column checks text,
  add column difference text,
  add column difference_after text,
  add column writes text,
  add column watch text,
  add column checklist text,
  add column safety text,
  add column safety_backup_id uuid,
  add column maintenance_since timestamptz;

update restore set outcome_sequence = sequence, request = json_build_object('source', source_name, 'target',
    json_build_object('kind', 'new', 'database', database, 'server', server))::text,
  completed_at = case when state = 'COMPLETED' then ended_at end;

drop index restore_target;

create unique index restore_target on restore (server, database)
  where state in ('REQUESTED', 'PREFLIGHT', 'AWAITING_APPROVAL', 'LOADING', 'CHECKING', 'HANDING_OVER', 'SAFETY',
    'MAINTENANCE_ON', 'SWITCHING', 'APPLYING', 'HEALTH', 'MAINTENANCE_OFF', 'ROLLING_BACK');
