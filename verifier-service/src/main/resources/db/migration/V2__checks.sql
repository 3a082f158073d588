alter table verification add column checks text not null default '[]';

create index verification_by_source on verification (source_id, id desc);
