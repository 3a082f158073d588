package io.holdfast.notifier.watch;

/** One row for each watched source. */
final class SourceFactsSql {
    private SourceFactsSql() {}

    static final String ALL = """
            with counted as (select * from watched_backup where kind is distinct from 'SAFETY'),
            stored as (
                select source, max(ended_at) as last_completed,
                    max(snapshot_at) filter (where outcome = 'STORED' and proof is distinct from 'FAILED')
                        as newest_stored,
                    max(snapshot_at) filter (where outcome = 'STORED' and proof = 'PROVEN') as newest_proven,
                    max(ended_at) filter (where proof is not null) as last_judged,
                    max(proof_at) filter (where proof <> 'INCONCLUSIVE') as last_verdict
                from counted where outcome in ('STORED', 'DELETED') group by source),
            failed as (
                select b.source, count(*) as n, min(b.ended_at) as since, max(b.ended_at) as last,
                    (array_agg(b.id order by b.ended_at desc))[1] as id,
                    (array_agg(b.failure order by b.ended_at desc))[1] as code,
                    (array_agg(b.failure_message order by b.ended_at desc))[1] as message
                from counted b left join stored s on s.source = b.source
                where b.outcome = 'FAILED' and b.ended_at > coalesce(s.last_completed, '-infinity')
                group by b.source),
            inconclusive as (
                select b.source, count(*) as n, min(b.proof_at) as since, max(b.proof_at) as last,
                    (array_agg(b.id order by b.proof_at desc))[1] as id,
                    (array_agg(b.proof_failure order by b.proof_at desc))[1] as code,
                    (array_agg(b.proof_message order by b.proof_at desc))[1] as message
                from counted b left join stored s on s.source = b.source
                where b.proof = 'INCONCLUSIVE' and b.proof_at > coalesce(s.last_verdict, '-infinity')
                group by b.source),
            bad as (
                select distinct on (b.source) b.source, b.id, b.proof, b.proof_at, b.proof_failure, b.proof_message
                from watched_backup b where b.proof in ('PROVEN', 'INTACT', 'FAILED') and b.outcome <> 'DELETED'
                order by b.source, b.proof_at desc),
            running as (
                select distinct on (source) source, id, started_at from counted
                where outcome = 'RUNNING' order by source, started_at),
            usual as (
                select source, percentile_cont(0.5) within group (order by duration_millis) as millis
                from (select source, duration_millis,
                          row_number() over (partition by source order by ended_at desc) as n
                      from counted where duration_millis is not null) recent
                where n <= 20 group by source),
            unjudged as (
                select distinct on (b.source) b.source, b.id, b.ended_at
                from counted b left join stored s on s.source = b.source
                where b.outcome = 'STORED' and b.proof is null and b.ended_at > coalesce(s.last_judged, '-infinity')
                order by b.source, b.ended_at)
            select w.*, s.last_completed, s.newest_stored, s.newest_proven,
                f.id as failed_id, f.code as failed_code, f.message as failed_message, f.since as failed_since,
                f.last as failed_last, f.n as failed_count,
                i.id as inconclusive_id, i.code as inconclusive_code, i.message as inconclusive_message,
                i.since as inconclusive_since, i.last as inconclusive_last, i.n as inconclusive_count,
                case when b.proof = 'FAILED' then b.id end as bad_id, b.proof_failure as bad_code,
                b.proof_message as bad_message, b.proof_at as bad_since, b.proof_at as bad_last, 1 as bad_count,
                r.id as running_id, r.started_at as running_since, u.millis as usual_millis,
                j.id as unjudged_id, j.ended_at as unjudged_since
            from watched_source w
                left join stored s on s.source = w.name
                left join failed f on f.source = w.name
                left join inconclusive i on i.source = w.name
                left join bad b on b.source = w.name
                left join running r on r.source = w.name
                left join usual u on u.source = w.name
                left join unjudged j on j.source = w.name
            order by w.name""";
}
