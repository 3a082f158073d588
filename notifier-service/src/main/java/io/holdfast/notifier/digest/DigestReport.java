package io.holdfast.notifier.digest;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What ran in a period, for each source. */
record DigestReport(List<Line> sources) {

    /**
     * One source.
     *
     * @param growth difference of the raw size of the newest and the oldest stored backup of the period
     */
    record Line(
            String source,
            long stored,
            long failed,
            long proven,
            long bad,
            long inconclusive,
            long storedBytes,
            long growth) {}

    static DigestReport read(Connection connection, List<String> sources, Instant from, Instant to)
            throws SQLException {
        String sql = """
                select w.name,
                    count(*) filter (where b.outcome in ('STORED', 'DELETED') and b.ended_at >= ? and b.ended_at < ?),
                    count(*) filter (where b.outcome = 'FAILED' and b.ended_at >= ? and b.ended_at < ?),
                    count(*) filter (where b.proof in ('PROVEN', 'INTACT') and b.proof_at >= ? and b.proof_at < ?),
                    count(*) filter (where b.proof = 'FAILED' and b.proof_at >= ? and b.proof_at < ?),
                    count(*) filter (where b.proof = 'INCONCLUSIVE' and b.proof_at >= ? and b.proof_at < ?),
                    coalesce(sum(b.stored_bytes) filter (where b.ended_at >= ? and b.ended_at < ?), 0),
                    coalesce((array_agg(b.bytes order by b.ended_at desc)
                            filter (where b.bytes is not null and b.ended_at >= ? and b.ended_at < ?))[1]
                        - (array_agg(b.bytes order by b.ended_at)
                            filter (where b.bytes is not null and b.ended_at >= ? and b.ended_at < ?))[1], 0)
                from unnest(?) as w (name) left join watched_backup b on b.source = w.name
                    and coalesce(b.kind, '') <> 'SAFETY' and (b.ended_at >= ? or b.proof_at >= ?)
                group by w.name order by w.name""";
        try (var select = connection.prepareStatement(sql)) {
            for (int i = 1; i <= 16; i += 2) {
                select.setTimestamp(i, Timestamp.from(from));
                select.setTimestamp(i + 1, Timestamp.from(to));
            }
            select.setArray(17, connection.createArrayOf("text", sources.toArray()));
            select.setTimestamp(18, Timestamp.from(from));
            select.setTimestamp(19, Timestamp.from(from));
            List<Line> lines = new ArrayList<>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    lines.add(new Line(
                            row.getString(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8)));
                }
            }
            return new DigestReport(lines);
        }
    }
}
